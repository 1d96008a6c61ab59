using System.Globalization;
using System.Text.Json.Nodes;
using SnapshotBot.Playground.Rest;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Rules;

/// <summary>What a message may be: lengths, totals, the two ages of components, mentions, files.</summary>
internal static class MessageRules
{
    private const MessageFlags OnCreate = MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.ComponentsV2;

    /// <param name="message">What was sent.</param>
    /// <param name="before">What was there, on an edit.</param>
    /// <param name="files">The names of files it has or gets.</param>
    /// <param name="place">Whether an interaction sends it: only those can be for one person.</param>
    /// <param name="path">Where in the request it stands.</param>
    public static void Check(JsonObject message, Post? before, IReadOnlyCollection<string> files, MessagePlace place, string path)
    {
        var problems = new Problems();
        var at = path.Length == 0 ? "" : path + ".";
        var flags = (MessageFlags)(message["flags"].Number() ?? 0);
        var allowed = place == MessagePlace.Interaction ? OnCreate | MessageFlags.Ephemeral : OnCreate;
        if (before is null && (flags & ~allowed) != MessageFlags.None)
        {
            problems.Add(at + "flags", "MESSAGE_FLAGS_INVALID", "Only these flags can be set: SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS, IS_COMPONENTS_V2, and EPHEMERAL by interactions.");
        }

        // Once a message is of the second age it stays so.
        var second = flags.HasFlag(MessageFlags.ComponentsV2) || before?.Flags.HasFlag(MessageFlags.ComponentsV2) == true;
        if (before?.Flags.HasFlag(MessageFlags.ComponentsV2) == true && message["flags"] is not null && !flags.HasFlag(MessageFlags.ComponentsV2))
        {
            problems.Add(at + "flags", "MESSAGE_COMPONENTS_V2_FLAG_CANNOT_BE_REMOVED", "The IS_COMPONENTS_V2 flag cannot be removed once set.");
        }

        CheckContent(message, second, at, problems);
        EmbedRules.Check(message["embeds"].Items(), at, problems);
        var uploads = CheckComponents(message, second, at, problems);
        foreach (var (place2, name) in uploads.Where(upload => !files.Contains(upload.Name)))
        {
            problems.Add(place2 + ".url", "MEDIA_ATTACHMENT_NOT_FOUND", $"The attachment {name} was not uploaded.");
        }

        CheckMentions(message["allowed_mentions"] as JsonObject, at, problems);
        problems.ThrowIfAny();
        if (IsEmpty(message, before, files))
        {
            throw RestError.Empty();
        }
    }

    private static void CheckContent(JsonObject message, bool second, string at, Problems problems)
    {
        if (message["content"].Text()?.Characters() > 2000)
        {
            problems.TooLong(at + "content", 2000);
        }

        foreach (var legacy in (string[])["content", "embeds", "poll", "sticker_ids"])
        {
            if (second && message[legacy] is { } value && value is not JsonArray { Count: 0 } && value.Text() is not "")
            {
                problems.Add(at + legacy, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", $"The '{legacy}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2");
            }
        }
    }

    private static List<(string Path, string Name)> CheckComponents(JsonObject message, bool second, string at, Problems problems)
    {
        var components = message["components"].Items();
        var rules = new ComponentRules(problems, ComponentPlace.Message);
        rules.Check(components, at + "components", second ? ComponentKind.InMessage : [ComponentKind.Row]);
        if (!second && components.Count > 5)
        {
            problems.Length(at + "components", 0, 5);
        }

        if (rules.Total > 40 && second)
        {
            problems.Add(at + "components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The total number of components cannot exceed 40.");
        }

        if (rules.Characters > 4000)
        {
            problems.Add(at + "components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "The total displayable text size exceeds the maximum size of 4000.");
        }

        return rules.Uploads;
    }

    private static void CheckMentions(JsonObject? mentions, string at, Problems problems)
    {
        var parse = mentions?["parse"].Items().Select(item => item.Text()).ToList() ?? [];
        foreach (var unknown in parse.Where(word => word is not ("users" or "roles" or "everyone")))
        {
            problems.Add(at + "allowed_mentions.parse", "BASE_TYPE_CHOICES", $"Value '{unknown}' must be one of ('users', 'roles', 'everyone').");
        }

        foreach (var list in (string[])["users", "roles"])
        {
            if (mentions?[list].Items() is { Count: > 0 } ids && (parse.Contains(list) || ids.Count > 100))
            {
                problems.Add(at + "allowed_mentions." + list, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", string.Create(CultureInfo.InvariantCulture, $"parse:[\"{list}\"] and {list}: [ids...] are mutually exclusive; at most 100 ids."));
            }
        }
    }

    private static bool IsEmpty(JsonObject message, Post? before, IReadOnlyCollection<string> files)
    {
        bool Has(string key) => (message.ContainsKey(key) ? message[key] : before?.Body[key]) is { } value && value is not JsonArray { Count: 0 } && value.Text() is not "";
        return files.Count == 0 && !Has("content") && !Has("embeds") && !Has("components") && message["poll"] is null && message["sticker_ids"].Items().Count == 0;
    }
}

/// <summary>Who sends a message.</summary>
internal enum MessagePlace
{
    Channel,
    Interaction,
}

/// <summary>Where components stand.</summary>
internal enum ComponentPlace
{
    Message,
    Modal,
}
