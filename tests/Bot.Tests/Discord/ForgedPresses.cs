using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>What a button can be made to carry.</summary>
internal static class ForgedPresses
{
    /// <summary>One wish of every verb, about things that really are there.</summary>
    public static IReadOnlyList<Wish> Of(Things it) =>
    [
        new($"{Verb.Panel}:sna:{it.Server}:0:u", GuildRole.Viewer),
        new($"{Verb.PanelServer}:sna:u", GuildRole.Viewer, it.Server),
        new($"{Verb.PanelFilter}:{it.Server}", GuildRole.Viewer, "l"),
        new($"{Verb.Find}:{it.Walk}:1:o", GuildRole.Viewer),
        new($"{Verb.Audit}:1000000:", GuildRole.Admin),
        new($"{Verb.New}:{it.Server}", GuildRole.Operator),
        new($"{Verb.NewSchedule}:{it.Server}", GuildRole.Admin),
        new($"{Verb.Open}:{it.Snapshot}", GuildRole.Viewer),
        new($"{Verb.Run}:lock:{it.Snapshot}", GuildRole.Operator),
        new($"{Verb.Run}:unlock:{it.Snapshot}", GuildRole.Operator),
        new($"{Verb.Run}:restore:{it.Snapshot}", GuildRole.Admin),
        new($"{Verb.Run}:restore:{it.Snapshot}:1", GuildRole.Admin),
        new($"{Verb.Run}:delete:{it.Snapshot}", GuildRole.Admin),
        new($"{Verb.Run}:verify:{it.Snapshot}", GuildRole.Operator),
        new($"{Verb.Run}:undo:{it.Server}", GuildRole.Admin),
        new($"{Verb.Run}:diff:{it.Snapshot}", GuildRole.Viewer),
        new($"{Verb.More}:{it.Snapshot}", GuildRole.Operator, "rename"),
        new($"{Verb.More}:{it.Snapshot}", GuildRole.Operator, "boot"),
        new($"{Verb.More}:{it.Snapshot}", GuildRole.Admin, "delete"),
        new($"{Verb.More}:{it.Snapshot}", GuildRole.Admin, "image"),
        new($"{Verb.Form}:rename:{it.Snapshot}", GuildRole.Operator),
        new($"{Verb.Form}:note:{it.Snapshot}", GuildRole.Operator),
        new($"{Verb.Form}:part:{it.Snapshot}", GuildRole.Admin),
        new($"{Verb.Form}:duplicate:{it.Snapshot}", GuildRole.Admin),
        new($"{Verb.Form}:image:{it.Snapshot}", GuildRole.Admin),
        new($"{Verb.Yes}:{it.Handle}", GuildRole.Admin),
        new($"{Verb.No}:{it.Handle}", GuildRole.Admin),
        new($"{Verb.Cancel}:{it.Operation}", GuildRole.Operator),
        new($"{Verb.Details}:{it.Operation}", GuildRole.Viewer),
        new($"{Verb.Again}:{it.Operation}", GuildRole.Operator),
        new($"{Verb.Ask}:{it.Snapshot}", GuildRole.Operator),
        new($"{Verb.Decline}:{it.Snapshot}", GuildRole.Admin),
        new($"{Verb.Set}:roles.viewer", GuildRole.Admin, $"{it.Role}"),
        new($"{Verb.Undelete}:{it.Operation}", GuildRole.Admin),
        new($"{Verb.Fine}:{it.Server}", GuildRole.Admin),
        new(Verb.PostPanel, GuildRole.Admin),
        new(Verb.AddServer, GuildRole.Admin, it.Container),
        new($"{Verb.Schedule}:open:{it.Schedule}", GuildRole.Viewer),
        new($"{Verb.Schedule}:pause:{it.Schedule}", GuildRole.Admin),
        new($"{Verb.Schedule}:resume:{it.Schedule}", GuildRole.Admin),
        new($"{Verb.Schedule}:run:{it.Schedule}", GuildRole.Admin),
        new($"{Verb.Schedule}:history:{it.Schedule}", GuildRole.Admin),
        new($"{Verb.Schedule}:remove:{it.Schedule}", GuildRole.Admin),
        new($"{Verb.Schedule}:change:{it.Schedule}", GuildRole.Admin),
        new($"{Verb.Schedule}:allon:{it.Server}", GuildRole.Admin),
        new($"{Verb.Preview}:{it.Preview}", GuildRole.Admin),
        new($"{Verb.Change}:{it.Preview}", GuildRole.Admin),
        new($"{Verb.Mute}:{it.Incident}", GuildRole.Operator),
        new($"{Verb.Browse}:{it.Walk}:up", GuildRole.Operator),
        new($"{Verb.Browse}:{it.Walk}:in", GuildRole.Operator, "0"),
        new($"{Verb.Browse}:{it.Walk}:tick", GuildRole.Operator, "0"),
        new($"{Verb.Browse}:{it.Walk}:restore", GuildRole.Admin),
        new($"{Verb.Browse}:{it.Walk}:get", GuildRole.Operator),
        new($"{Verb.Part}:{it.Snapshot}:player:0", GuildRole.Admin, "Steve"),
        new($"{Verb.Part}:{it.Snapshot}:place:0", GuildRole.Admin),
        new($"{Verb.Part}:{it.Snapshot}:paths:0", GuildRole.Admin),
        new($"{Verb.Part}:{it.Snapshot}:files", GuildRole.Operator),
        new($"{Verb.Part}:{it.Snapshot}:name", GuildRole.Admin),
        new($"{Verb.Server}:start:{it.Server}", GuildRole.Operator),
        new($"{Verb.Server}:stop:{it.Server}", GuildRole.Operator),
        new($"{Verb.Server}:keep:{it.Server}", GuildRole.Admin),
        new($"{Verb.Server}:remove:{it.Server}", GuildRole.Admin),
    ];

    /// <summary>The same id, spoilt in one way after the other; without what another button carries: "new:" asks for the server too.</summary>
    public static IEnumerable<string> Mangled(string id) => Spoilt(id).Where(spoilt => spoilt != id && spoilt != Verb.New + ":");

    private static IEnumerable<string> Spoilt(string id)
    {
        var words = id.Split(':');
        yield return words[0];
        yield return words[0] + ":";
        yield return words[0] + ":" + string.Join(':', words.Skip(1).Select(word => new string('f', Math.Max(1, word.Length))));
        yield return words[0].ToUpperInvariant() + id[words[0].Length..];
        yield return id[..^1] + (id[^1] == '0' ? '1' : '0');
        yield return (words[0] + ":" + new string('f', 100))[..100];
        yield return words[0] + ":" + new string('f', 200);
        yield return words[0] + ":'; DROP TABLE snapshots;--";
        yield return words[0] + ":../../../etc/passwd";
        yield return words[0] + ":%00\u202e\n@everyone";
        yield return words[0] + "::::::::";
    }
}

/// <summary>What is there to be pressed for: ids, and handles of what waits for the admin.</summary>
internal sealed record Things
{
    public const string NobodysHandle = "abcdefghjkmnpqrs";

    public static readonly Things Nobodys = new() { Server = "s", Snapshot = "n", Operation = "o", Schedule = "d", Incident = "i", Container = "c", Role = 1 };

    public required string Server { get; init; }

    public required string Snapshot { get; init; }

    public required string Operation { get; init; }

    public required string Schedule { get; init; }

    public required string Incident { get; init; }

    public required string Container { get; init; }

    public required ulong Role { get; init; }

    /// <summary>Of a question that waits for a yes.</summary>
    public string Handle { get; init; } = NobodysHandle;

    /// <summary>Of a schedule that is shown before it is saved.</summary>
    public string Preview { get; init; } = NobodysHandle;

    /// <summary>Of a walk through the snapshot's files.</summary>
    public string Walk { get; init; } = NobodysHandle;
}

internal sealed record Wish(string Id, GuildRole Needed, params string[] Values);
