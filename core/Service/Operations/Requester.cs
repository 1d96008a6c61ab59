namespace SnapshotBot.Service.Operations;

/// <summary>Who asks: <c>terminal:NAME</c> or a chat's user id. Shown in lists, kept in snapshots.</summary>
public readonly record struct Requester(string Text)
{
    public static Requester Terminal(string user) => new("terminal:" + user);

    /// <summary>Somebody known by a number.</summary>
    public static Requester Person(ulong id) => new(id.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public override string ToString() => Text;
}
