namespace SnapshotBot.Service.Operations;

/// <summary>Who asks: <c>terminal:NAME</c> or a chat's user id. Shown in lists, kept in snapshots.</summary>
public readonly record struct Requester(string Text)
{
    public static Requester Terminal(string user) => new("terminal:" + user);

    public override string ToString() => Text;
}
