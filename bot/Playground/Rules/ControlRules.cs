using System.Globalization;
using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.Rules;

/// <summary>Selects, text inputs, groups of choices.</summary>
internal static class ControlRules
{
    public static void CheckSelect(JsonObject select, int type, string path, Problems problems)
    {
        var (fewest, most) = (select["min_values"].Number() ?? 1, select["max_values"].Number() ?? 1);
        if (fewest is < 0 or > 25 || most is < 1 or > 25 || fewest > most)
        {
            problems.Add(path + ".min_values", "BASE_TYPE_BAD_LENGTH", "min_values must be between 0 and 25 and no more than max_values, which is between 1 and 25.");
        }

        if (select["placeholder"].Text()?.Characters() > 150)
        {
            problems.TooLong(path + ".placeholder", 150);
        }

        if (type == ComponentKind.StringSelect)
        {
            CheckOptions(select["options"].Items(), path + ".options", 1, 25, most, problems);
            if (most > select["options"].Items().Count || fewest > select["options"].Items().Count)
            {
                problems.Add(path + ".max_values", "SELECT_COMPONENT_MAX_VALUES_GREATER_THAN_OPTIONS", "max_values cannot be more than the options there are.");
            }
        }
        else if (select["options"] is { } options && options is not JsonArray { Count: 0 })
        {
            // An empty list goes along with every select of Discord.Net's, of all kinds.
            problems.Add(path + ".options", "SELECT_COMPONENT_OPTIONS_NOT_ALLOWED", "Only string selects have options.");
        }
    }

    public static void CheckTextInput(JsonObject input, string path, Problems problems)
    {
        if (input["style"].Number() is not (1 or 2))
        {
            problems.Add(path + ".style", "BASE_TYPE_CHOICES", "Value must be one of (1, 2).");
        }

        var (shortest, longest) = (input["min_length"].Number() ?? 0, input["max_length"].Number() ?? 4000);
        if (shortest is < 0 or > 4000 || longest is < 1 or > 4000 || shortest > longest)
        {
            problems.Length(path + ".max_length", 1, 4000);
        }

        if (input["placeholder"].Text()?.Characters() > 100)
        {
            problems.TooLong(path + ".placeholder", 100);
        }

        if (input["value"].Text()?.Characters() is { } length && (length > longest || (length > 0 && length < shortest)))
        {
            problems.Length(path + ".value", shortest, longest);
        }
    }

    /// <summary>Radio and checkbox groups; a lone checkbox and a file upload have nothing to check here.</summary>
    public static void CheckGroup(JsonObject group, int type, string path, Problems problems)
    {
        if (type is ComponentKind.RadioGroup or ComponentKind.CheckboxGroup)
        {
            CheckOptions(group["options"].Items(), path + ".options", type == ComponentKind.RadioGroup ? 2 : 1, 10, type == ComponentKind.RadioGroup ? 1 : 10, problems);
        }
    }

    private static void CheckOptions(JsonArray options, string path, int fewest, int most, int chosen, Problems problems)
    {
        if (options.Count < fewest || options.Count > most)
        {
            problems.Length(path, fewest, most);
        }

        var values = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < options.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}.{i}");
            if (options[i]?["label"].Text()?.Characters() is null or 0 or > 100)
            {
                problems.Length(at + ".label", 1, 100);
            }

            if (options[i]?["value"].Text()?.Characters() is null or 0 or > 100)
            {
                problems.Length(at + ".value", 1, 100);
            }
            else if (!values.Add(options[i]!["value"]!.GetValue<string>()))
            {
                problems.Add(at + ".value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used");
            }

            if (options[i]?["description"].Text()?.Characters() > 100)
            {
                problems.TooLong(at + ".description", 100);
            }
        }

        if (options.Count(option => option?["default"].IsTrue() == true) > chosen)
        {
            problems.Add(path, "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "More options are chosen than may be.");
        }
    }
}
