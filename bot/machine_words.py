"""The words that orders to machines are made of, by the part they play: ten languages in one list.

A star stands for any ending. Words with an underscore are read as one.
"""

# A machine that answers, whoever names it.
MACHINE = (
    "ais chatbot* chat_bot* chat-bot* bot bots llm* gpt* chatgpt* language_model*"
    " artificial_intelligence* neural_net* machine_learning summariser* summarizer* crawler* scraper*"
    " answering_engine* answer_engine* answering_service* answering_system* digital_assistant*"
    " virtual_assistant* machine_reader* reader_program* large_model* generative_model* automated_reader*"
    " automated_system* automatic_system* text_model* aimodel* voice_assistant* automatic_summar*"
    " language_system* sprachmodell* künstliche_intelligenz* künstlichen_intelligenz* sprachassisten*"
    " kiassist* intelligence_artificielle intelligences_artificielles modèle_de_langage modèles_de_langage"
    " modèle_de_langue modèles_de_langue robot_conversationnel robots_conversationnels"
    " agent_conversationnel agents_conversationnels assistant_virtuel assistants_virtuels"
    " inteligencia_artificial inteligencias_artificiales modelo_de_lenguaje modelos_de_lenguaje"
    " modelo_lingüístico modelos_lingüísticos asistente_virtual asistentes_virtuales"
    " intelligenza_artificiale intelligenze_artificiali modello_linguistico modelli_linguistici"
    " modello_di_linguaggio modelli_di_linguaggio assistente_virtuale assistenti_virtuali"
    " sistemi_automatici sistema_automatico sistemas_automáticos sistemi_di_ia sistemas_de_ia taalmodel*"
    " kunstmatige_intelligentie* robotlezer* sztuczn*_inteligencj* model*_językow* czatbot* bocie boty"
    " botów botom wirtualn*_asysten* inteligência_artificial inteligências_artificiais modelo_de_linguagem"
    " modelos_de_linguagem assistente_virtual assistentes_virtuais robô_de_conversa штучн*_інтелект*"
    " мовн*_модел* чатбот* чат-бот* боте боти ботів ботам нейромереж* віртуальн*_помічник*"
    " искусственн*_интеллект* языков*_модел* бот боты ботов нейросет* нейронн*_сет* виртуальн*_помощник*"
    " виртуальн*_ассистент*"
)
# People and things that are called so as well.
PERHAPS_MACHINE = (
    "assistant assistants agent agents model models system systems software program programs programme"
    " machine machines engine engines tool tools algorithm* parser* robot* computer* automaton assistent*"
    " assistenz* modell modelle modellen computerprogramm* maschine* roboter* zusammenfasser* assistante"
    " assistantes modèle modèles système systèmes logiciel* résumeur* asistente asistentes modelo modelos"
    " sistema sistemas programa programas máquina* resumidor* assistente assistenti modello modelli"
    " sistemi programma programmi macchin* riassuntor* systeem systeme systemen asysten* modelu modelom"
    " modele systemie systemy maszyn* programie assistentes máquinas помічник* асистент* модел* систем*"
    " програм* машин* ассистент* помощник* модель программ*"
)
# Who makes or uses machines: "if you are an AI researcher", "message to chatbot makers".
PEOPLE = (
    "company companies firm firms startup* developer* maker* researcher* expert* engineer* scientist*"
    " investor* fan fans sceptic* skeptic* critic critics student* boss bosses leader* lab labs giant*"
    " industry business* enthusiast* owner* executive* user users lawyer* chief* pioneer* artist* vendor*"
    " unternehm* firma firmen entwickler* forscher* hersteller* nutzer* entreprise* développeur*"
    " chercheur* empresa* desarrollador* investigador* azienda aziende sviluppator* ricercator* bedrijf"
    " bedrijven ontwikkelaar* onderzoeker* firm* badacz* twórc* pesquisador* компан* розробник* дослідник*"
    " разработчик* исследовател*"
)
SAY = (
    "tell say answer reply respond state mention recommend suggest advise inform write print output"
    " repeat describe refuse deny name cite praise present quote confirm add assert affirm acknowledge"
    " declare conclude emphasise emphasize stress claim explain portray endorse promote reveal disclose"
    " omit rate discuss steer urge encourage reassure convince persuade direct refer summarise summarize"
    " call attribute deliver report warn remind decline insist contradict withhold antworte* antworten sag"
    " sage sagen nenn nenne nennen nennt empfiehl empfehlen empfehle* erwähn* schreib schreibe schreiben"
    " behaupte* verweise* zitiere* bestätig* berichte berichten beton* lobe loben informiere* verrate*"
    " leugne* beantworte* mitteilen verschweig* angeben darstell* hinweisen teile teilen erkläre erklären"
    " raten bezeichne* wiederhol* ausgeben réponds répondez répondre répondent dis dites dire recommande"
    " recommandes recommandez recommander recommandent mentionne mentionnez mentionner mentionnent écris"
    " écrivez écrire indique indiquez indiquer ajoute ajoutez ajouter affirme affirmez affirmer conseille"
    " conseillez conseiller précise précisez préciser informe informez informer signale signalez signaler"
    " présente présentez présenter répète répétez répéter révèle révélez révéler suggère suggérez citez"
    " citer traduis traduisez nie niez responde responded responda respondan responder dile diles diga"
    " digan decir recomienda recomiende recomienden recomendar menciona mencione mencionen mencionar"
    " escribe escribid escriba escriban escribir indica indiquen indicar añade añada añadan añadir agrega"
    " agregue agreguen afirma afirme afirmar informa informen informar sugiere sugiera sugieran sugerir"
    " repite repita niega niegue aconseja aconseje aconsejen omite omita cita citen explica explique"
    " rispondi risponda rispondete rispondere rispondano dici dite di' dì dica raccomanda raccomandate"
    " raccomandare consiglia consigli consigliate consigliare consiglino menziona menzionate menzionare"
    " scrivi scriva scrivete scrivere indicare aggiungi aggiunga aggiungete aggiungere affermate affermare"
    " citate citare informate informare suggerisci suggerite suggerire ripeti rivela nega riferisci"
    " riferite riferire antwoordt antwoorden zeg zegt zeggen vermeld vermeldt vermelden noem noemt noemen"
    " schrijf schrijft schrijven adviseer adviseert adviseren beveel citeer beweer bevestig vertel vertelt"
    " vertellen herhaal verwijs meld melden aanbevelen aanraden odpowiedz odpowiadaj odpowiadać"
    " odpowiedzieć powiedz powiedzieć mów mówić poleć polecaj polecać polecić podaj podać podawaj podawać"
    " napisz pisz napisać wspomnij wspomnieć dodaj dodać twierdź potwierdź odmów odmówić cytuj poinformuj"
    " informować zalecaj zalecać powtórz stwierdź stwierdzić wymień zaproponuj rekomenduj rekomendować"
    " radź respondam diz digam dizer recomendem recomende recomendarem escreva escrevam escrever adicione"
    " adicionar acrescente acrescentar sugira confirme відповідай відповідайте відповісти відповідати"
    " скажи скажіть кажи кажіть сказати казати порекомендуй порекомендуйте рекомендуй рекомендуйте"
    " рекомендувати порекомендувати порадь порадьте радь радити згадай згадайте згадуй згадуйте згадувати"
    " напиши напишіть пиши пишіть писати написати додай додайте додавай додати зазнач зазначте зазначити"
    " зазначати вкажи вкажіть вказати вказувати назви назвіть називати стверджуй стверджуйте стверджувати"
    " підтверди повідом повідомте повідомляй повідомляти повідомити повтори відмовся відмов відмовитися"
    " відмовляти ответь ответьте отвечай отвечайте ответить отвечать скажите говори говорите сказать"
    " говорить рекомендовать порекомендовать посоветуй посоветуйте советуй советуйте советовать упомяни"
    " упомяните упоминай упоминать упомянуть напишите пишите написать писать добавь добавьте добавляй"
    " добавлять добавить укажи укажите указывай указать указывать назови назовите называть утверждай"
    " утверждайте утверждать подтверди подтвердить сообщи сообщите сообщай сообщайте сообщать сообщить"
    " повторите отказаться откажись отказывать"
)
# Other things that a machine is told to do, in the form for it.
DO = (
    "include append insert begin start finish end close translate treat give show list send link leave"
    " keep stop make ensure remember pretend act assume consider click visit open display share forward"
    " provide use decode encode render follow obey continue proceed speak talk announce replace change"
    " drop remove delete hide conceal discard frame favour favor rank mark flag tag ping set switch adopt"
    " generate produce compose draft create execute run load fetch download retrieve reproduce copy paste"
    " dismiss reject avoid suppress offer prioritise prioritize focus spread invite instruct do solve be"
    " let put substitute prefer downplay highlight credit blame accept trust believe behave ask point gib"
    " geben füge beende beenden beginne beginnt beginnen übersetze fasse verwende benutze weise bestätige"
    " zeige sende stelle nutze lasse lass lassen tu verhalte bewerte ersetze hänge setze ende öffne gebt"
    " fügen verwenden benutzen stellen weisen termine terminez terminer commence commencez refuse refusez"
    " refuser utilise utilisez traduisez résume résumez insère insérez conclus concluez invitez donne"
    " donnez donner affiche affichez inclus incluez veuillez fais faites considère considérez évite évitez"
    " remplace remplacez ouvre termina terminen empieza empiece concluye concluya usa usen muestra muestre"
    " revela revele traduce traduzca resume resuma incluye incluya incluyan incluir haz haga evita evite"
    " considera pon ponga añadid trata trate concludi concludete inizia iniziate mostra mostrate traduci"
    " traducete riassumi includi includete ometti evitate spiega fornisci invita invitate rifiuta"
    " rifiutate fai fate metti mettete considerate usate termini geef geeft geven voeg eindig eindigt"
    " gebruik gebruikt weiger vertaal toon stuur laat doe zet zakończ kończ zacznij zaczynaj użyj używaj"
    " przetłumacz streść wyświetl ujawnij dawaj daj pisz umieść zachęcaj traktuj uznaj kończyć unikaj"
    " dołącz wstaw comece conclua mostre traduza inclua incluam omita forneça finja considere faça coloque"
    " закінчи закінчуй завершуй завершуйте почни почніть починай переклади покажи використовуй"
    " використовуйте дай дайте надай надайте вважай вважайте став закінчуйте заверши завершіть завершай"
    " завершайте начни начните начинай переведи используй используйте считай считайте закончи заканчивай"
    " заканчивайте вставь вставьте"
)
FORGET = (
    "ignore disregard forget override overlook bypass skip neglect ignorier ignoriere ignoriert"
    " ignorieren vergiss vergesst vergessen missachte missachten ignorez ignorer oublie oubliez oublier"
    " négligez ignora ignoren ignorar olvida olvide olviden olvidad olvidar descarta descarte ignorate"
    " ignorare dimentica dimentichi dimenticate tralascia trascura negeer negeert negeren vergeet vergeten"
    " zignoruj zignorujcie ignoruj ignorujcie zapomnij zapomnijcie pomiń pomijaj ignorem esqueça esqueçam"
    " esquece desconsidere desconsiderem ігноруй ігноруйте проігноруй проігноруйте забудь забудьте"
    " игнорируй игнорируйте проигнорируй проигнорируйте"
)
MUST = (
    "has_to have_to is_to are_to must should shall need needs ought required obliged obligated instructed"
    " requested agrees agree muss müssen soll sollen sollte sollten darf dürfen doit doivent devrait"
    " devraient engage engagent debe deben deberá deberán debería deberían tiene_que tienen_que deve"
    " devono dovrebbe dovrebbero dovrà dovranno moet moeten dient dienen behoort horen musi muszą powinien"
    " powinna powinno powinny powinni należy devem deverá deverão deveria deveriam tem_de têm_de tem_que"
    " têm_que повин* мусить мусять має мають слід зобовʼязан* зобов'язан* должен должн* обязан* следует"
    " необходимо"
)
ALWAYS = (
    "always never only cannot immer nie niemals nur stets ausschließlich toujours jamais uniquement"
    " seulement siempre nunca jamás solo sólo únicamente sempre mai soltanto solamente altijd nooit alleen"
    " enkel uitsluitend zawsze nigdy tylko wyłącznie apenas somente завжди ніколи тільки лише всегда"
    " никогда только"
)
NOT = "not no don nicht kein* ne pas non niet geen nie não не"
YOU = (
    "you yourself du dich dir sie tu te toi vous usted ustedes eres lei voi je jij jou u ty ci wy você"
    " vocês ти тебе тобі ви вам ты вы"
)
YOUR = (
    "your dein* ihrer ihren eurer ta ton tes votre vos tua tuo tuoi vostra vostro jouw uw twoj* twój*"
    " wasz* teu teus твій твоя твою твоїй твоїх ваш* твой твоей твоем"
)
# What a machine gives: the answer.
ANSWER = (
    "response responses answers replies output outputs summary summaries completion completions antwort"
    " antworten zusammenfassung* réponse* résumé résumés respuesta* resumen resúmenes risposta risposte"
    " riassunto riassunti antwoord* samenvatting* odpowied* streszczen* podsumowan* resposta* resumo"
    " resumos відповід* підсум* ответ ответа ответе ответы ответов ответах пересказ* резюме"
)
# Who asks the machine.
ASKER = (
    "user users reader readers asker askers questioner* person_asking person_who_ask* people_who_ask*"
    " whoever_ask* whoever_asked nutzer* leser* benutzer* utilisateur* lecteur* usuario* lector* utent*"
    " lettor* gebruiker* lezer* użytkowni* czytelni* usuári* leitor* користувач* читачам читачеві читачів"
    " пользовател* читател*"
)
HUMAN = (
    "human humans menschen mensch humain* humano* umano umani mensen ludzi* człowiek* людина людей человек"
)
WHEN = (
    "if when whenever should wenn falls sobald quand lorsque si cuando quando se wanneer als indien jeśli"
    " jeżeli gdy kiedy gdyby якщо коли если когда caso bei"
)
ASKED = (
    "asks ask asked enquires inquires queries wonders fragt fragen gefragt demande demandent interroge"
    " interrogé interrogée pregunta preguntan pregunte pregunten preguntado chiede chiedono chiesto vraagt"
    " vragen gevraagd pyta pytają zapyta zapytany zapytają spyta pergunta perguntam perguntarem perguntar"
    " питає питають запитає запитають спитає спросит спросят спрашивает спрашивают"
)
QUESTION = (
    "question questions query queries prompt frage frage_nach pregunta preguntas domanda domande vraag"
    " pytanie pytania perguntas питання запитання запит запити вопрос вопросы вопросов вопроса"
)
ANY = (
    "alles any every all each whatever whichever jede jeden jeder jedes jedem alle allen toute toutes"
    " tout tous chaque cualquier cualquiera toda todas todo todos cada ogni qualsiasi qualunque tutte"
    " tutti elke iedere elk każde każdy każda każdą każdej wszystkie wszelkie qualquer будь-яке будь-яку"
    " кожне кожну всі любой любые каждый каждую все всех"
)
WHOEVER = "whoever whatever whichever"
THIS = (
    "this next following above below preceding dies* diesen folgende* obige* ce cet cette ces ci-dessus"
    " este esta estos estas anterior questo questa queste questi dit deze bovenstaande ten tego tej tę tym"
    " ta цей цю ця це цього цієї этот эту эта это этого этой данный данную данной"
)
TEXT = (
    "article articles text texts page pages document documents story paragraph paragraphs sentence"
    " sentences line lines passage passages site website content material artikel* seite* absatz satz"
    " dokument* beitrag texte textes phrase paragraphe* texto textos artículo* página* noticia* párrafo*"
    " testo testi articolo articoli pagina notizia documento tekst tekstu tekstem artykuł* stron* zdanie"
    " bericht artigo* notícia* текст* статт* сторінк* новин* стать* статью страниц* новост*"
)
# What a machine does with a text.
PROCESS = (
    "read reads processes process parse parses summarises summarizes ingest ingests index indexes crawl"
    " crawls scrape scrapes handle handles use uses quotes cites analyse analyze analyses analyzes sees"
    " reading processing parsing summarising summarizing ingesting indexing crawling scraping handling"
    " using quoting citing analysing analyzing answering encounter encounters consume consumes access"
    " accesses scan scans scanning translating reproducing drawing trained retrieving retrieves answers"
    " helping evaluating reviewing lesen liest verarbeit* zusammenfass* auswert* nutzt nutzen verwendet"
    " lit lisent lisant lisez traite traitent traitant résument résumant analysent analysant utilise"
    " utilisent utilisant exploit* lee leen lean leyendo procese* procesa* procesen resuma* resuman"
    " resumen utilice* analice* utilizan legge leggono leggete elabora* riassum* usano utilizza* analizza*"
    " analizz* leest lezen verwerk* samenvat* gebruikt gebruiken czyta* przetwarza* streszcza*"
    " streszczając* korzysta* analizuj* lê leem leiam processa* processem resumem resumam resumir analise*"
    " читає читають читаєш оброб* обробля* підсумову* переказу* аналізу* використову* читает читают"
    " читаешь читающ* обрабат* обрабатыва* анализир* пересказыва* использу* резюмир*"
)
TO = "to too for towards an für pour aux à au para a per agli alle ai alla al voor aan dla do для до к всем"
NOTICE = (
    "note notice message hint instruction instructions reminder attention important info memo directive"
    " directives guidance prompt correction clarification hinweis* anweisung* achtung wichtig nachricht"
    " mitteilung* consigne* avis remarque instrucción instrucciones aviso atención importante mensaje nota"
    " avviso istruzion* attenzione messaggio rettifica opmerking instructie* belangrijk let_op bericht"
    " uwaga notatka instrukcj* ważne wiadomość instruç* instruções atenção mensagem увага примітка"
    " інструкц* важливо повідомлення внимание примечание инструкц* важно сообщение command commands task"
)
DEAR = (
    "dear hello hi hey attention oi listen liebe lieber liebes liebste* hallo achtung sehr_geehrte*"
    " geehrte* cher chère chers chères bonjour querido querida queridos estimado estimada estimados hola"
    " caro cara cari care gentile gentili ciao beste geachte drogi droga drodzy szanown* cześć prezado"
    " prezada prezados olá шановн* дорогий дорога любий привіт вітаю уважаем* дорогой привет здравствуй*"
)
PLEASE = (
    "please kindly just also now then instead therefore so simply again first finally henceforth bitte"
    " einfach jetzt dann stattdessen svp merci s'il_te_plaît por_favor per_favore prego alstublieft"
    " alsjeblieft graag proszę пожалуйста будь_ласка прошу"
)
# The rules that a machine has, and what makes it keep to them.
RULES = (
    "instructions instruction rules prompt prompts guidelines directions commands restrictions guidance"
    " training policies anweisung* vorgabe* regeln befehle consignes règles instrucciones reglas"
    " indicaciones istruzioni regole indicazioni instructies regels opdrachten instrukcj* poleceni* zasad*"
    " wytyczn* instruções regras orientações інструкц* правил* вказів* инструкц* указани*"
)
RIGHT = (
    "correct right proper official only expected accurate approved true richtige* korrekte* einzige*"
    " offizielle* bonne correcte juste officielle correcta única oficial corretta giusta ufficiale juiste"
    " poprawn* prawidłow* właściw* correta certa правильн* вірна вірну правильный верный верная"
)
# News tells who said it, or which law wants it; an order does not.
REPORTED = (
    "said says told saying according argued argues wrote found ordered announced explained warned"
    " reported showed claimed wants wanted added experts researchers law laws rule act bill regulator*"
    " regulation* parliament commission court judge government ministry lawmaker* legislation lawyer*"
    " words study survey scientists officials critics spokes* european directive minister called believe"
    " believes think thinks argue proposal sagte sagt erklärte laut zufolge teilte gesetz* dit déclaré"
    " expliqué selon affirmé loi lois dijo dijeron ordenó según explicó ley detto ordinato secondo"
    " spiegato legge zei volgens wet meldt powiedział* według zdaniem ustaw* mówi disse segundo afirmou"
    " explicou lei сказав сказала заявив заявила словами закон* повідомив повідомила сказал заявил заявили"
    " призвал призвали словам сообщил сообщила сообщили"
)
THAT = "that dass dat że iż що что"
ARE = (
    "for sois seas fores is ist are re being bist sind es êtes seid eres sei siete bent jesteś jesteście"
    " é são"
)
ARTICLES = (
    "a an the der die das den dem ein eine einem einen eines le la les l un une des el los las una il lo"
    " gli i o os as um uma de het een"
)
AND = "and or but und oder et ou y o e ed en of lub i та і або и или a"
BY = "by von par por da door przez"
AS = "as als en_tant_que tant_qu como come jako як как"
TELLS = (
    "tells says recommends describes mentions states answers replies refuses advises suggests empfiehlt"
    " antwortet sagt nennt verweist recommande répond recomienda responde raccomanda risponde poleca"
    " рекомендує рекомендует"
)
RELATIVE = (
    "that which who die der das qui que che dat która które który którzy яка який які що которая который"
    " которые"
)
PAST = "was were had has have been did wurde wurden hatte"
NAMED = "claude gemini copilot grok perplexity siri alexa llama mistral"
PRETEND = "pretend act behave imagine play simulate"
MEANT = (
    "meant intended addressed aimed directed written bestimmt gerichtet richtet destiné* adresse dirigid*"
    " destinad* dirett* destinat* rivolt* bedoeld gericht przeznaczon* skierowan* призначен* адресован*"
    " предназначен*"
)
ANSWERING = (
    "answering responding replying summarising summarizing you_answer you_reply you_respond you_summari*"
    " du_antwortest sie_antworten antworten répondre responder rispondere antwoorden odpowiesz"
    " odpowiadając відповідаючи отвечая"
)
BEFORE = "before instead_of after while bevor anstatt statt vor avant antes prima voordat zanim przed перед"
STRICTLY_RIGHT = (
    "correct official expected approved korrekte* correcta corretta poprawn* prawidłow* правильн*"
)
THEY = "it they he she es er ils elles debe ellos ono oni воно вони оно они"
COURTESY = (
    "please kindly bitte svp merci s'il_te_plaît s'il_vous_plaît por_favor per_favore prego alstublieft"
    " alsjeblieft graag proszę пожалуйста будь_ласка прошу"
)
JUST_ASKED = "asked gefragt interrogé interrogée preguntado chiesto gevraagd zapytany zapytana"
