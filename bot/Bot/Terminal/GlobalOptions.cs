namespace SnapshotBot.Bot.Terminal;

internal enum ProgressStyle
{
    Bars,
    Plain,
    Json,
    None,
}

internal enum OutputStyle
{
    /// <summary>Tables and sentences without colour: a pipe, a file.</summary>
    Plain,

    /// <summary>Tables and sentences with colour.</summary>
    Rich,
    Json,
}
