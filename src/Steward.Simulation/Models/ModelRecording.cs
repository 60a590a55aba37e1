using System.Text.Json;
using Steward.Kernel;

namespace Steward.Simulation.Models;

/// <summary>What a real model once answered.</summary>
/// <param name="Task">What it was asked for: <c>plan</c>, <c>write</c>.</param>
/// <param name="Data">The user's turn, as it was asked: by it alone the answer is found again, because instructions change more often.</param>
/// <param name="Answer">What the model said, whole.</param>
/// <param name="Model">Which model that was.</param>
/// <param name="RecordedAt">When.</param>
public sealed record ModelRecording(string Task, string Data, string Answer, string Model, DateTimeOffset RecordedAt)
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads one recording from a file's JSON.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static ModelRecording Read(Stream json) => JsonSerializer.Deserialize<ModelRecording>(json, Strict) ?? throw new JsonException("The recording is null.");

    /// <summary>Reads every <c>.json</c> of a folder.</summary>
    /// <exception cref="JsonException">One of them is no recording.</exception>
    public static IReadOnlyList<ModelRecording> ReadAll(string folder) =>
    [
        .. Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(file =>
        {
            using var stream = File.OpenRead(file);
            return Read(stream);
        }),
    ];

    /// <summary>What a question is found by.</summary>
    internal static string Key(string data) => TextHash.Of(data);
}
