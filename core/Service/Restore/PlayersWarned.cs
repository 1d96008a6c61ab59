using System.Text.Json.Serialization;

namespace SnapshotBot.Service.Restore;

/// <summary>Whether players were warned before the server stopped: a closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Nobody), "nobody")]
[JsonDerivedType(typeof(Told), "told")]
[JsonDerivedType(typeof(NotPossible), "not-possible")]
[JsonDerivedType(typeof(Failed), "failed")]
public abstract record PlayersWarned
{
    private PlayersWarned()
    {
    }

    /// <summary>Nobody played, or the server did not run.</summary>
    public sealed record Nobody : PlayersWarned;

    /// <summary>They were told and counted down.</summary>
    /// <param name="Online">How many played; null when the game did not say.</param>
    public sealed record Told(int? Online) : PlayersWarned;

    /// <summary>The game offers no way to tell them.</summary>
    public sealed record NotPossible(int? Online) : PlayersWarned;

    /// <summary>The game did not take the message.</summary>
    public sealed record Failed(int? Online, string Reason) : PlayersWarned;
}
