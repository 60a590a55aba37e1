namespace Steward.Simulation.Models;

/// <summary>How an answer of the simulated model ends.</summary>
public enum ModelEnd
{
    /// <summary>Of itself.</summary>
    Whole,

    /// <summary>With half of its words, as at the limit of its length.</summary>
    Cut,

    /// <summary>Without a word.</summary>
    Empty,

    /// <summary>With a refusal.</summary>
    Refusal,
}

/// <summary>What the simulated model says to one question.</summary>
internal sealed record Spoken(string Text, ModelEnd End, string Model)
{
    // "A token is about four characters of English" (the glossary of Anthropic's documentation). Enough for counts that move.
    private const int CharactersPerToken = 4;
    private const int PieceLength = 24;

    public int Tokens => Count(Text);

    /// <summary>The words as a stream brings them.</summary>
    public IEnumerable<string> Pieces => Text.Chunk(PieceLength).Select(piece => new string(piece));

    /// <summary>The same, no longer than so many tokens.</summary>
    public Spoken AtMost(int tokens) => Text.Length <= tokens * CharactersPerToken ? this : this with { Text = Text[..(tokens * CharactersPerToken)], End = ModelEnd.Cut };

    public static int Count(string text) => (text.Length + CharactersPerToken - 1) / CharactersPerToken;
}
