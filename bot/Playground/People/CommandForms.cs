using System.Globalization;
using System.Text.Json.Nodes;
using SnapshotBot.Playground.Rules;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.People;

/// <summary>A slash command filled in as Discord's client would: typed, ranged, nothing required left out.</summary>
internal static class CommandForms
{
    /// <summary>The commands somebody's palette shows in a guild.</summary>
    public static IReadOnlyList<JsonObject> Visible(World world, Guild guild, Person person)
    {
        var own = world.Application.GuildCommands.GetValueOrDefault(guild.Id) ?? [];
        var permissions = guild.PermissionsOf(person);
        return guild.HasBot
            ? [.. world.Application.CommandList.Concat(own).Where(command => (command["type"].Number() ?? 1) == 1 && Shows(command, permissions))]
            : [];
    }

    public static JsonObject Fill(World world, Guild guild, Person person, string path, IReadOnlyList<(string Name, object Value)> given, string? focused)
    {
        var words = path.TrimStart('/').Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var command = Visible(world, guild, person).FirstOrDefault(one => one["name"].Text() == words[0])
            ?? throw new PeopleException($"{person.Name} has no command /{words[0]} in {guild.Name}.");
        var resolved = new JsonObject();
        var data = new JsonObject { ["id"] = command["id"]!.DeepClone(), ["name"] = words[0], ["type"] = 1 };
        if (command["guild_id"] is { } at)
        {
            data["guild_id"] = at.DeepClone();
        }

        var options = Options(command, words.AsSpan(1), new Form(guild, given, focused, resolved, path));
        if (options.Count > 0)
        {
            data["options"] = options;
        }

        if (resolved.Count > 0)
        {
            data["resolved"] = resolved;
        }

        return data;
    }

    private static bool Shows(JsonObject command, Permissions permissions) =>
        command["default_member_permissions"].Text() is not { } needed
        || (permissions.HasFlag(Permissions.Administrator) || ((ulong)permissions & ulong.Parse(needed, CultureInfo.InvariantCulture)) == ulong.Parse(needed, CultureInfo.InvariantCulture))
        && (needed != "0" || permissions.HasFlag(Permissions.Administrator));

    private static JsonArray Options(JsonObject at, ReadOnlySpan<string> words, Form form)
    {
        var known = at["options"].Items().OfType<JsonObject>().ToList();
        if (words.Length > 0)
        {
            var word = words[0];
            var sub = known.Find(option => option["name"].Text() == word && option["type"].Number() <= 2) ?? throw new PeopleException($"There is no /{form.Path}.");
            var inner = new JsonObject { ["name"] = word, ["type"] = sub["type"]!.DeepClone() };
            inner["options"] = Options(sub, words[1..], form);
            return [inner];
        }

        if (known.Exists(option => option["type"].Number() <= 2))
        {
            throw new PeopleException($"/{form.Path} is not a command by itself.");
        }

        foreach (var (name, _) in form.Given)
        {
            _ = known.Find(option => option["name"].Text() == name) ?? throw new PeopleException($"/{form.Path} has no option '{name}'.");
        }

        var filled = new JsonArray();
        foreach (var option in known)
        {
            Fill(option, form, filled);
        }

        return filled;
    }

    private static void Fill(JsonObject option, Form form, JsonArray filled)
    {
        var name = option["name"].Text()!;
        var index = form.Given.ToList().FindIndex(one => one.Name == name);
        if (index < 0)
        {
            if (option["required"].IsTrue() && form.Focused is null)
            {
                throw new PeopleException($"/{form.Path} needs the option '{name}'.");
            }

            return;
        }

        var json = new JsonObject { ["name"] = name, ["type"] = option["type"]!.DeepClone() };
        if (form.Focused == name)
        {
            json["value"] = form.Given[index].Value.ToString();
            json["focused"] = true;
        }
        else
        {
            json["value"] = Value(option, form, form.Given[index].Value);
        }

        filled.Add(json);
    }

    private static JsonNode Value(JsonObject option, Form form, object value)
    {
        var (type, text) = (option["type"].Number() ?? 3, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
        switch (type)
        {
            case 3 when option["choices"].Items() is { Count: > 0 } choices:
                return choices.FirstOrDefault(choice => choice?["value"].Text() == text || choice?["name"].Text() == text)?["value"]?.DeepClone()
                    ?? throw new PeopleException($"'{text}' is no choice of '{option["name"]}'.");
            case 3:
                var (shortest, longest) = (option["min_length"].Number() ?? 0, option["max_length"].Number() ?? 6000);
                return text.Length < shortest || text.Length > longest ? throw new PeopleException($"'{option["name"]}' takes {shortest} to {longest} characters.") : text;
            case 4:
                return long.TryParse(text, CultureInfo.InvariantCulture, out var whole) ? whole : throw new PeopleException($"'{text}' is no whole number.");
            case 5:
                return bool.TryParse(text, out var truth) ? truth : throw new PeopleException($"'{text}' is neither true nor false.");
            case 10:
                return double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : throw new PeopleException($"'{text}' is no number.");
            default:
                var id = type switch
                {
                    6 => Choices.Id(form.Guild.MemberList.Values.Select(member => (member.Person.Name, member.Person.Id)), text),
                    7 => Choices.Id(form.Guild.ChannelList.Select(channel => (channel.Name, channel.Id)), text),
                    8 => Choices.Id(form.Guild.RoleList.Select(role => (role.Name, role.Id)), text),
                    _ => text,
                };
                Resolving.Add(form.Resolved, form.Guild, type, id);
                return id;
        }
    }

    private sealed record Form(Guild Guild, IReadOnlyList<(string Name, object Value)> Given, string? Focused, JsonObject Resolved, string Path);
}
