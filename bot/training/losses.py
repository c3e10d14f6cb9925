"""How far a model is from what is right, and from what its teachers say."""

import dataclasses
from collections.abc import Sequence
from typing import Any, Self

import torch

from bot.training.batches import Batch

_CLOSED = -1e4
# What is right counts so much beside what the teachers say: labels are noisy, the mean of many less so.
_RIGHT = 0.3

Logits = tuple[torch.Tensor, torch.Tensor]


@dataclasses.dataclass(frozen=True, slots=True)
class Tensors:
    """A `Batch` where the model is."""

    ids: torch.Tensor
    types: torch.Tensor
    mask: torch.Tensor
    starts: torch.Tensor
    ends: torch.Tensor

    @classmethod
    def of(cls, batch: Batch, device: torch.device) -> Self:
        arrays = (torch.from_numpy(getattr(batch, field.name)) for field in dataclasses.fields(cls))
        return cls(*(array.to(device, non_blocking=True) for array in arrays))

    @property
    def closed(self) -> torch.Tensor:
        """Where no answer may stand, (rows, pieces): a question's own words are none; the first piece is
        open, it stands for "it does not say"."""
        closed = self.types == 0
        closed[:, 0] = False
        return closed


def loss_of(model: Any, rows: Tensors, teachers: Sequence[Any] = ()) -> torch.Tensor:
    """How improbable the model holds the right starts and ends, those that are allowed taken together; with
    teachers, mostly how improbable it holds what they say in the mean."""
    found = _read(model, rows)
    right = _improbable_right(found, rows)
    if not teachers:
        return right
    with torch.no_grad():
        taught = [_read(teacher, rows) for teacher in teachers]
    return _RIGHT * right + (1 - _RIGHT) * _improbable_taught(found, taught)


def _read(model: Any, rows: Tensors) -> Logits:
    """Logits of starts and ends, (rows, pieces) each; nothing speaks for a place that is closed."""
    on_gpu = rows.ids.device.type == "cuda"
    with torch.autocast(rows.ids.device.type, torch.bfloat16, enabled=on_gpu):
        found = model(input_ids=rows.ids, token_type_ids=rows.types, attention_mask=rows.mask)
    closed = rows.closed
    starts, ends = (
        logits.float().masked_fill(closed, _CLOSED) for logits in (found.start_logits, found.end_logits)
    )
    return starts, ends


def _improbable_right(found: Logits, rows: Tensors) -> torch.Tensor:
    total = torch.zeros((), device=rows.ids.device)
    place = torch.arange(rows.ids.shape[1], device=rows.ids.device)[None]
    for logits, right in zip(found, (rows.starts, rows.ends), strict=True):
        first, last = right.T[:, :, None]
        allowed = logits.masked_fill((place < first) | (place > last), _CLOSED)
        total = total + (logits.logsumexp(1) - allowed.logsumexp(1)).mean() / 2
    return total


def _improbable_taught(found: Logits, taught: Sequence[Logits]) -> torch.Tensor:
    total = torch.zeros((), device=found[0].device)
    for logits, said in zip(found, zip(*taught, strict=True), strict=True):
        probable = torch.stack([one.softmax(1) for one in said]).mean(0)
        total = total - (probable * logits.log_softmax(1)).sum(1).mean() / 2
    return total
