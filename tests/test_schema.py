"""The little that the records know to do."""

from rag.schema import Block, Document


def test_the_block_around_a_quote() -> None:
    document = Document("i", "甲乙。\n丙丁。", "t", "s", None, None, "zh-Hant", (Block(0, 3), Block(4, 7)))
    assert document.block_around(4, 6) == Block(4, 7)
    assert document.block_around(0, 3) == Block(0, 3)
    assert document.block_around(2, 5) == Block(2, 5), "no block holds it"
