using System.Globalization;
using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.Rules;

/// <summary>Modals and suggestions.</summary>
internal static class InteractionRules
{
    public static void CheckModal(JsonObject modal)
    {
        var problems = new Problems();
        if (modal["title"].Text()?.Characters() is null or 0 or > 45)
        {
            problems.Length("data.title", 1, 45);
        }

        if (modal["custom_id"].Text()?.Characters() is null or 0 or > 100)
        {
            problems.Length("data.custom_id", 1, 100);
        }

        var components = modal["components"].Items();
        if (components.Count is 0 or > 5)
        {
            problems.Length("data.components", 1, 5);
        }

        new ComponentRules(problems, ComponentPlace.Modal).Check(components, "data.components", ComponentKind.InModal);
        problems.ThrowIfAny();
    }

    public static void CheckChoices(JsonArray choices)
    {
        var problems = new Problems();
        if (choices.Count > 25)
        {
            problems.Length("data.choices", 0, 25);
        }

        for (var i = 0; i < choices.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"data.choices.{i}");
            if (choices[i]?["name"].Text()?.Characters() is null or 0 or > 100)
            {
                problems.Length(at + ".name", 1, 100);
            }

            if (choices[i]?["value"] is null)
            {
                problems.Required(at + ".value");
            }
            else if (choices[i]!["value"].Text()?.Characters() is 0 or > 100)
            {
                problems.Length(at + ".value", 1, 100);
            }
        }

        problems.ThrowIfAny();
    }
}
