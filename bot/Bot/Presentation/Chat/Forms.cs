using System.Globalization;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.Modals;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>The forms people fill in.</summary>
internal static class Forms
{
    public const string Server = "server";
    public const string Name = "name";
    public const string Lock = "lock";
    public const string Note = "note";
    public const string Every = "every";
    public const string When = "when";
    public const string Keep = "keep";
    public const string Tag = "tag";
    public const string Part = "part";
    public const string Paths = "path";
    public const string World = "world";
    public const string From = "from";
    public const string To = "to";

    private const int MostName = 200;

    /// <summary>For a new snapshot: a name, whether to lock it, a note. Which server is asked only where there are several.</summary>
    public static Modal NewSnapshot(string server, IReadOnlyList<(string Id, string Name)> servers, string suggestedName)
    {
        var fields = new List<ModalField>();
        AddServer(fields, server, servers);
        fields.Add(new ModalField("Name", new TextInput(Name) { Value = ChatText.Label(suggestedName, 100), MostLength = MostName }));
        fields.Add(new ModalField("Lock against accidental deletion", new Checkbox(Lock))
        {
            Description = "Nobody can delete it until it is unlocked.",
        });
        fields.Add(new ModalField("Note", new TextInput(Note, TextInputStyle.Paragraph) { MostLength = 2000 }));
        return new Modal(CustomId.Of(Verb.New, server), "Create snapshot", fields);
    }

    /// <param name="server">The server's id; empty where it is asked for.</param>
    /// <param name="servers">Those it can be for.</param>
    /// <param name="rule">What holds where the form's own is left empty.</param>
    public static Modal NewSchedule(string server, IReadOnlyList<(string Id, string Name)> servers, RetentionInForce rule)
    {
        var fields = new List<ModalField>();
        AddServer(fields, server, servers);
        fields.Add(new ModalField("Name", new TextInput(Name) { IsRequired = true, MostLength = MostName, Placeholder = "nightly" }));
        AddFrequency(fields, ScheduleFields.Empty, rule);
        return new Modal(CustomId.Of(Verb.NewSchedule, server), "Create schedule", fields);
    }

    /// <summary>A schedule as it is, or as it was filled in before.</summary>
    public static Modal ChangeSchedule(string server, ScheduleFields filled, RetentionInForce rule)
    {
        var fields = new List<ModalField> { new("Name", new TextInput(Name) { IsRequired = true, MostLength = MostName, Value = ChatText.Cut(filled.Name, MostName) }) };
        AddFrequency(fields, filled, rule);
        return new Modal(CustomId.Of(Verb.Change, server), "Change schedule", fields);
    }

    /// <summary>A place on a world's map.</summary>
    public static Modal Area(string snapshot, int part, IReadOnlyList<string> worlds, int square)
    {
        var world = worlds.Count is > 0 and <= 25 && worlds.All(one => one.Length is > 0 and <= 100)
            ? new ModalField("World", new SelectInput(new StringSelect(World, [.. worlds.Select((one, index) => new SelectOption(ChatText.Label(one, 100), one) { IsPicked = index == 0 })]))
            {
                IsRequired = true,
            })
            : new ModalField("World", new TextInput(World) { IsRequired = true, MostLength = 100, Placeholder = "world" });
        return new Modal(
            CustomId.Of(Verb.Part, snapshot, "area", part.ToString(CultureInfo.InvariantCulture)), "A place on the map",
            world,
            new ModalField("From x z", new TextInput(From) { IsRequired = true, MostLength = 40, Placeholder = "-120 340" })
            {
                Description = "As the game shows them; heights don't matter.",
            },
            new ModalField("To x z", new TextInput(To) { MostLength = 40, Placeholder = "empty: only that one place" })
            {
                Description = $"Whole {square} × {square} squares come back.",
            });
    }

    public static Modal Rename(string snapshot, string name) => new(
        CustomId.Of(Verb.Form, "rename", snapshot), "Rename snapshot",
        new ModalField("Name", new TextInput(Name) { Value = ChatText.Cut(name, MostName), IsRequired = true, MostLength = MostName }));

    public static Modal EditNote(string snapshot, string? note) => new(
        CustomId.Of(Verb.Form, "note", snapshot), "Note",
        new ModalField("Note", new TextInput(Note, TextInputStyle.Paragraph) { Value = note is null ? null : ChatText.Cut(note, 2000), MostLength = 2000 }));

    public static Modal Copy(string snapshot) => new(
        CustomId.Of(Verb.Form, "duplicate", snapshot), "Test copy",
        new ModalField("Name of the new server", new TextInput(Name) { IsRequired = true, MostLength = 100 }));

    public static Modal Image(string snapshot) => new(
        CustomId.Of(Verb.Form, "image", snapshot), "Publish image",
        new ModalField("Name and tag of the Docker image", new TextInput(Tag) { IsRequired = true, MostLength = 200, Placeholder = "games/modpack:before-update" }));

    /// <summary>A part of a snapshot: what the game's profile knows, or paths.</summary>
    public static Modal APart(string snapshot, string parts) => new(
        CustomId.Of(Verb.Form, "part", snapshot), "Only a part",
        new ModalField("Part", new TextInput(Part) { MostLength = 200, Placeholder = "player Anna · area world 0 0 512 512 · config" })
        {
            Description = ChatText.Label(parts, 100),
        },
        new ModalField("Or paths, one a line", new TextInput(Paths, TextInputStyle.Paragraph) { MostLength = 2000, Placeholder = "/data/world/playerdata" }));

    private static void AddFrequency(List<ModalField> fields, ScheduleFields filled, RetentionInForce rule)
    {
        fields.Add(new ModalField("How often", new TextInput(Every)
        {
            IsRequired = true,
            MostLength = 200,
            Placeholder = "every 6 hours · daily at 04:00 · weekdays at 18:30",
            Value = OrNull(filled.Every, 200),
        }));
        fields.Add(new ModalField("When", new SelectInput(new StringSelect(When,
        [
            new SelectOption("Any time", "any") { IsPicked = filled.When is "any" or "" },
            new SelectOption("Only while the server is online", "online") { IsPicked = filled.When == "online" },
            new SelectOption("Only if played since the last snapshot", "played") { IsPicked = filled.When == "played" },
        ]))));
        fields.Add(new ModalField("Keep", new TextInput(Keep) { MostLength = 200, Placeholder = "last=7,daily=14,weekly=8", Value = OrNull(filled.Keep, 200) })
        {
            Description = ChatText.Cut($"\"all\" keeps every one. Left empty, the server's rule holds: {ScheduleText.Keeps(rule)}", 100),
        });
    }

    private static string? OrNull(string text, int most) => text.Length == 0 ? null : ChatText.Cut(text, most);

    private static void AddServer(List<ModalField> fields, string server, IReadOnlyList<(string Id, string Name)> servers)
    {
        if (server.Length == 0 && servers.Count > 1)
        {
            fields.Add(new ModalField("Server", new SelectInput(new StringSelect(
                Server, [.. servers.Take(25).Select(each => new SelectOption(ChatText.Label(each.Name, 100), each.Id))]))
            { IsRequired = true }));
        }
    }
}

/// <summary>What stands in the form of a schedule.</summary>
internal sealed record ScheduleFields(string Name, string Every, string When, string Keep)
{
    public static ScheduleFields Empty { get; } = new("", "", "", "");
}
