using Discord;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.Modals;
using Modal = SnapshotBot.Chat.Modals.Modal;
using TextInputStyle = Discord.TextInputStyle;

namespace SnapshotBot.ChatDiscordNet;

/// <summary>
/// Forms, for a Discord.Net that knows text inputs only (before 3.19): a select becomes a text input that names its choices, a checkbox one that takes
/// "yes". Answers are read kindly; what choices there were is remembered for forms opened lately, else the text itself is the answer.
/// </summary>
internal sealed class ModalMap
{
    private const int Remembered = 500;
    private const int MostPlaceholder = 100;

    private readonly Lock _lock = new();
    private readonly Queue<string> _order = new();
    private readonly Dictionary<string, Modal> _opened = new(StringComparer.Ordinal);

    public Discord.Modal Build(Modal modal)
    {
        Remember(modal);
        var builder = new ModalBuilder(modal.Title, modal.CustomId);
        for (var i = 0; i < modal.Fields.Count; i++)
        {
            builder.AddTextInput(Input(modal.Fields[i]), row: i);
        }

        return builder.Build();
    }

    public FieldValues Read(string customId, IEnumerable<(string Id, string Text)> answers)
    {
        Modal? modal;
        lock (_lock)
        {
            modal = _opened.GetValueOrDefault(customId);
        }

        return new FieldValues(answers.ToDictionary(
            answer => answer.Id,
            answer => Value(modal?.Fields.FirstOrDefault(field => field.Input.CustomId == answer.Id)?.Input, answer.Text.Trim()),
            StringComparer.Ordinal));
    }

    private static TextInputBuilder Input(ModalField field)
    {
        var builder = new TextInputBuilder().WithLabel(field.Label).WithCustomId(field.Input.CustomId).WithRequired(field.Input.IsRequired);
        switch (field.Input)
        {
            case TextInput input:
                builder.WithStyle(input.Style == Chat.Modals.TextInputStyle.Paragraph ? TextInputStyle.Paragraph : TextInputStyle.Short);
                builder.WithMaxLength(input.MostLength);
                if (input.LeastLength > 0)
                {
                    builder.WithMinLength(input.LeastLength);
                }

                return With(builder, input.Value, input.Placeholder ?? field.Description);
            case SelectInput { Select: StringSelect select }:
                var picked = select.Options.FirstOrDefault(option => option.IsPicked)?.Label;
                return With(builder, picked, string.Join(" · ", select.Options.Select(option => option.Label)));
            case Checkbox checkbox:
                return With(builder, checkbox.IsTicked ? "yes" : null, "yes, or leave empty");
            default:
                return With(builder, value: null, field.Description ?? "an id");
        }
    }

    private static TextInputBuilder With(TextInputBuilder builder, string? value, string? placeholder)
    {
        if (!string.IsNullOrEmpty(value))
        {
            builder.WithValue(value);
        }

        if (!string.IsNullOrEmpty(placeholder))
        {
            builder.WithPlaceholder(placeholder.Length <= MostPlaceholder ? placeholder : placeholder[..(MostPlaceholder - 1)] + "…");
        }

        return builder;
    }

    private static FieldValue Value(ModalInput? input, string text) => input switch
    {
        SelectInput when text.Length == 0 => new FieldValue.Picks([]),
        SelectInput { Select: StringSelect select } => new FieldValue.Picks([Pick(select, text)]),

        // A mention (<#20>, <@&40>) or the bare id.
        SelectInput => new FieldValue.Picks([text.Trim('<', '>', '#', '@', '&', '!')]),
        _ => new FieldValue.Text(text),
    };

    // The value, the label, its number in the list, or the only one that begins so.
    private static string Pick(StringSelect select, string text)
    {
        var options = select.Options;
        var exact = options.FirstOrDefault(option => option.Value == text)
            ?? options.FirstOrDefault(option => option.Label.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (exact is null && int.TryParse(text, out var number) && number >= 1 && number <= options.Count)
        {
            exact = options[number - 1];
        }

        if (exact is null && options.Where(option => option.Label.StartsWith(text, StringComparison.OrdinalIgnoreCase)).ToList() is [var only])
        {
            exact = only;
        }

        return exact?.Value ?? text;
    }

    private void Remember(Modal modal)
    {
        lock (_lock)
        {
            if (!_opened.ContainsKey(modal.CustomId))
            {
                _order.Enqueue(modal.CustomId);
            }

            _opened[modal.CustomId] = modal;
            while (_order.Count > Remembered)
            {
                _opened.Remove(_order.Dequeue());
            }
        }
    }
}
