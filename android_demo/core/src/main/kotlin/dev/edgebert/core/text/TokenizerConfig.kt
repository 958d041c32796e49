package dev.edgebert.core.text

/**
 * How text is normalised and which vocabulary entries have a special meaning, as the manifest has
 * it; the defaults are those of uncased BERT.
 *
 * @property lowercase lowercase every character.
 * @property stripAccents decompose characters (NFD) and drop nonspacing marks; null follows
 *   [lowercase].
 * @property splitCjk make every CJK ideograph a word of its own.
 * @property unknown stands for a word that the vocabulary cannot spell.
 * @property classify stands before the first text.
 * @property separate stands after each text.
 * @property pad fills a sequence up to a bucket's length.
 * @property mask stands for the token that a masked language model is to fill in.
 * @property maxWordChars a longer word, counted in code points after normalisation, is unknown.
 * @property subwordPrefix marks vocabulary entries that continue a word.
 */
data class TokenizerConfig(
    val lowercase: Boolean = true,
    val stripAccents: Boolean? = null,
    val splitCjk: Boolean = true,
    val unknown: String = "[UNK]",
    val classify: String = "[CLS]",
    val separate: String = "[SEP]",
    val pad: String = "[PAD]",
    val mask: String = "[MASK]",
    val maxWordChars: Int = 100,
    val subwordPrefix: String = "##",
) {
    /** The five special tokens; a vocabulary must contain each. */
    val specialTokens: List<String> get() = listOf(pad, unknown, classify, separate, mask)

    /** Whether accents are stripped, with null resolved. */
    val stripsAccents: Boolean get() = stripAccents ?: lowercase
}
