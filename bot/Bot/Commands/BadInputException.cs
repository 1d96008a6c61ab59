namespace SnapshotBot.Bot.Commands;

/// <summary>A value that can't be understood.</summary>
internal sealed class BadInputException(string name, string given, string wanted) : Exception($"{name}: {given}")
{
    public string Name { get; } = name;

    public string Given { get; } = given;

    /// <summary>What would be understood, with an example.</summary>
    public string Wanted { get; } = wanted;
}
