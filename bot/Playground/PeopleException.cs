namespace SnapshotBot.Playground;

/// <summary>Somebody was asked to do what Discord's own client would not let them do: press a button that is not there, leave out an option.</summary>
public sealed class PeopleException(string message) : Exception(message);
