using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SnapshotBot.Playground.Rules;

/// <summary>What an application may register.</summary>
internal static partial class CommandRules
{
    private const int SubCommand = 1;
    private const int SubCommandGroup = 2;

    public static void Check(JsonArray commands)
    {
        var problems = new Problems();
        if (commands.Count > 100)
        {
            problems.Length("", 0, 100);
        }

        Names(commands, "", problems);
        for (var i = 0; i < commands.Count; i++)
        {
            Check(commands[i] as JsonObject ?? [], Number(i), problems);
        }

        problems.ThrowIfAny();
    }

    public static void CheckOne(JsonObject command)
    {
        var problems = new Problems();
        Check(command, "", problems);
        problems.ThrowIfAny();
    }

    private static void Check(JsonObject command, string path, Problems problems)
    {
        if (command["type"].Number() is null or 1)
        {
            Words(command, path, problems);
            Options(command["options"].Items(), Join(path, "options"), 0, problems);
            if (Weight(command) > 8000)
            {
                problems.Add(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)");
            }
        }

        if (command["default_member_permissions"] is { } permissions && Bits(permissions) is null)
        {
            problems.Add(Join(path, "default_member_permissions"), "APPLICATION_COMMANDS_PERMISSIONS", "Must be digits or null.");
        }
    }

    /// <summary>
    /// Permissions as the service answers with them, which is text, whether they were sent as text (the documentation) or as a number (the
    /// specification, and Discord.Net); null when they are neither.
    /// </summary>
    internal static string? Bits(JsonNode? permissions)
    {
        var digits = permissions.Text() ?? (permissions?.GetValueKind() == JsonValueKind.Number ? permissions.ToJsonString() : null);
        return ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? digits : null;
    }

    private static void Options(JsonArray options, string path, int depth, Problems problems)
    {
        if (options.Count > 25)
        {
            problems.Length(path, 0, 25);
        }

        Names(options, path, problems);
        var optionalSeen = false;
        for (var i = 0; i < options.Count; i++)
        {
            var (option, at) = (options[i] as JsonObject ?? [], Join(path, Number(i)));
            var type = option["type"].Number() ?? 0;
            Words(option, at, problems);
            if (type is < 1 or > 11 || (type == SubCommandGroup && depth > 0) || (type == SubCommand && depth > 1))
            {
                problems.Add(at + ".type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types");
            }
            else if (type <= SubCommandGroup)
            {
                Options(option["options"].Items(), at + ".options", depth + (type == SubCommandGroup ? 1 : 2), problems);
            }
            else
            {
                Choices(option, type, at, problems);
                if (option["required"].IsTrue() && optionalSeen)
                {
                    problems.Add(at, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options");
                }

                optionalSeen |= !option["required"].IsTrue();
            }
        }

        if (options.Any(option => option?["type"].Number() <= SubCommandGroup) && options.Any(option => option?["type"].Number() > SubCommandGroup))
        {
            problems.Add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types");
        }
    }

    private static void Choices(JsonObject option, int type, string at, Problems problems)
    {
        var choices = option["choices"].Items();
        if (choices.Count > 25)
        {
            problems.Length(at + ".choices", 0, 25);
        }

        if (option["autocomplete"].IsTrue() && (choices.Count > 0 || type is not (3 or 4 or 10)))
        {
            problems.Add(at + ".autocomplete", "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", "Choices and autocomplete are mutually exclusive; only strings and numbers have either.");
        }

        for (var i = 0; i < choices.Count; i++)
        {
            if (choices[i]?["name"].Text()?.Characters() is null or 0 or > 100)
            {
                problems.Length(Join(at, "choices." + Number(i) + ".name"), 1, 100);
            }
        }
    }

    private static void Words(JsonObject named, string path, Problems problems)
    {
        if (named["name"].Text() is not { } name || !NamePattern().IsMatch(name) || !string.Equals(name, name.ToLowerInvariant(), StringComparison.Ordinal))
        {
            problems.Add(Join(path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
        }

        if (named["description"].Text()?.Characters() is null or 0 or > 100)
        {
            problems.Length(Join(path, "description"), 1, 100);
        }
    }

    private static void Names(JsonArray list, string path, Problems problems)
    {
        var names = list.Select(item => item?["name"].Text() + "/" + item?["type"]?.ToString()).ToList();
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Count)
        {
            problems.Add(path, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists on this Application Command");
        }
    }

    /// <summary>Name, description and values of a command and all within, as Discord adds them up.</summary>
    private static int Weight(JsonObject one) =>
        (one["name"].Text()?.Length ?? 0) + (one["description"].Text()?.Length ?? 0)
        + one["choices"].Items().Sum(choice => (choice?["name"].Text()?.Length ?? 0) + (choice?["value"]?.ToString().Length ?? 0))
        + one["options"].Items().OfType<JsonObject>().Sum(Weight);

    private static string Number(int i) => i.ToString(CultureInfo.InvariantCulture);

    private static string Join(string path, string part) => path.Length == 0 ? part : $"{path}.{part}";

    [GeneratedRegex(@"^[-_'\p{L}\p{N}\p{IsDevanagari}\p{IsThai}]{1,32}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern();
}
