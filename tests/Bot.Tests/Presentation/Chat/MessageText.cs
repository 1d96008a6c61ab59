using System.Text;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat.Messages;

namespace SnapshotBot.Bot.Tests.Presentation.Chat;

/// <summary>A message as text, to be looked at: blue buttons in brackets, grey in parentheses, red in braces, selects between ‹ ›, accessories between ⟨ ⟩.</summary>
internal static class MessageText
{
    public static string Of(Message message)
    {
        var text = new StringBuilder();
        foreach (var component in message.Components)
        {
            if (component is Container container)
            {
                _ = text.Append(ColourOf(container.AccentColour)).Append('\n');
                foreach (var part in container.Parts)
                {
                    Add(text, part, "▌");
                }
            }
            else
            {
                Add(text, (Part)component, "");
            }
        }

        return text.ToString();
    }

    private static void Add(StringBuilder text, Part part, string edge)
    {
        foreach (var line in Lines(part))
        {
            _ = text.Append(edge).Append(line).Append('\n');
        }
    }

    private static IEnumerable<string> Lines(Part part) => part switch
    {
        TextDisplay it => it.Markdown.Split('\n'),
        Section it => it.Texts.SelectMany(each => each.Markdown.Split('\n')).Append("⟨" + Accessory(it.Accessory) + "⟩"),
        Separator => ["──────"],
        ActionRow { Select: { } select } => [SelectText(select)],
        ActionRow it => [string.Join(' ', it.Buttons.Select(ButtonText))],
        FileDisplay it => ["📎 " + it.File.Name],
        _ => [part.GetType().Name],
    };

    private static string SelectText(Select select) => "‹ " + (select.Placeholder ?? "") + " ▾ › "
        + (select is StringSelect choices ? string.Join(" / ", choices.Options.Select(option => option.Label + (option.Description is { } more ? " (" + more + ")" : ""))) : select.GetType().Name);

    private static string Accessory(IAccessory accessory) => accessory is Button button ? button.Label : "picture";

    private static string ButtonText(Button button)
    {
        var label = (button.Emoji is { } emoji ? emoji + " " : "") + button.Label + (button.IsOff ? "·off" : "");
        return button.Style switch
        {
            ButtonStyle.Primary => $"[{label}]",
            ButtonStyle.Danger => $"{{{label}}}",
            ButtonStyle.Link => $"<{label}>",
            _ => $"({label})",
        };
    }

    private static string ColourOf(int? colour) => colour switch
    {
        Colour.Running => "blue",
        Colour.Good => "green",
        Colour.Look => "amber",
        Colour.Act => "red",
        Colour.Off => "grey",
        _ => "none",
    };
}
