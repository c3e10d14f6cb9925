"""Irregular verbs: the one stem of all their forms, and which of them tell of the past."""

# Base, past, participle; forms that are as often another word ("left", "found", "saw") are no verbs here.
_FORMS = """
become became become
begin began begun
bear bore born
beat beat beaten
break broke broken
bring brought brought
build built built
buy bought bought
catch caught caught
choose chose chosen
cling clung clung
creep crept crept
deal dealt dealt
draw drew drawn
drink drank drunk
drive drove driven
eat ate eaten
fall fell fallen
feel felt felt
fight fought fought
flee fled fled
fly flew flown
forbid forbade forbidden
forget forgot forgotten
freeze froze frozen
grow grew grown
hang hung hung
hear heard heard
hide hid hidden
hold held held
keep kept kept
know knew known
lead led led
lend lent lent
lose lost lost
mean meant meant
meet met met
overturn overturned overturned
overthrow overthrew overthrown
pay paid paid
ride rode ridden
ring rang rung
rise rose risen
run ran run
seek sought sought
sell sold sold
send sent sent
shake shook shaken
shoot shot shot
shrink shrank shrunk
sing sang sung
sink sank sunk
sit sat sat
sleep slept slept
slide slid slid
speak spoke spoken
spend spent spent
stand stood stood
steal stole stolen
strike struck stricken
swear swore sworn
swim swam swum
teach taught taught
tear tore torn
tell told told
think thought thought
throw threw thrown
undergo underwent undergone
wear wore worn
weep wept wept
win won won
withdraw withdrew withdrawn
withhold withheld withheld
write wrote written
"""
_LINES = [line.split() for line in _FORMS.strip().splitlines()]
# Each form with its base.
BASES = {form: base for base, *forms in _LINES for form in forms if form != base}
_PAST = frozenset(BASES) | frozenset(
    "left found made took gave went got put cut set hit was were did had".split()
)


def is_past(word: str) -> bool:
    """Whether a word, in lower case, may be the past form or the participle of a verb."""
    return word in _PAST or (word.endswith("ed") and len(word) > len("used"))
