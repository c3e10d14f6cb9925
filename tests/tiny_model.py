"""Sentence-transformers models made up here: small, random, of whatever modules a test wants."""

from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Dense, Transformer
from sentence_transformers.sentence_transformer.modules import Pooling, StaticEmbedding
from transformers import AutoTokenizer, BertConfig, BertForQuestionAnswering, BertModel

from index.model_files import DEFAULT_MODEL, find_model

WIDTH = 32


def tiny_model(folder: Path, *, pooling: str = "mean", dense: bool = False, is_uneven: bool = False) -> Path:
    """The folder of a model of two layers with the default model's tokenizer.

    `is_uneven` gives a `dense` one a value so large that rounding leaves nothing of the others, though it
    counts for nothing.
    """
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=30522, hidden_size=WIDTH, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    bare = folder / "bare"
    model = BertModel(config)
    if is_uneven:
        model.get_parameter("encoder.layer.1.output.LayerNorm.weight").data[0] = 1e5
    model.save_pretrained(bare)
    AutoTokenizer.from_pretrained(find_model(DEFAULT_MODEL)).save_pretrained(bare)
    modules: list[torch.nn.Module] = [Transformer(str(bare), max_seq_length=64), Pooling(WIDTH, pooling)]
    if dense:
        last = Dense(WIDTH, 16)
        if is_uneven:
            last.linear.weight.data[:, 0] = 0
        modules.append(last)
    return _saved(folder / "tiny", modules)


def tiny_static_model(folder: Path) -> Path:
    """The folder of a model that takes all pieces of all texts in one row: no matrix, no mask."""
    tokenizer = AutoTokenizer.from_pretrained(find_model(DEFAULT_MODEL)).backend_tokenizer
    torch.manual_seed(1)
    return _saved(folder / "static", [StaticEmbedding(tokenizer, embedding_dim=WIDTH)])


def tiny_reader(folder: Path) -> Path:
    """The folder of a model that finds answers, of two layers, with the default model's tokenizer."""
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=30522, hidden_size=WIDTH, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    BertForQuestionAnswering(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(find_model(DEFAULT_MODEL)).save_pretrained(folder)
    return folder


def _saved(folder: Path, modules: list[torch.nn.Module]) -> Path:
    SentenceTransformer(modules=modules, device="cpu").save(str(folder), create_model_card=False)
    return folder
