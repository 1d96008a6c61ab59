using System.Text.Json;
using System.Text.Json.Serialization;
using SnapshotBot.Bot.Commands;
using SnapshotBot.Chat.Interactions;

namespace SnapshotBot.Bot.Interactions;

/// <summary>What somebody gave for a command, by the inputs' names; as it came, nothing of it looked up yet.</summary>
internal sealed record Given(IReadOnlyDictionary<string, IReadOnlyList<string>> Values, string? ServerHint)
{
    public static Given Nothing { get; } = new(new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal), null);

    /// <summary>From a slash command's options.</summary>
    public static Given Of(ChatCommand command, OptionValues options)
    {
        var values = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var input in command.Inputs)
        {
            if (TextOf(options.Find(input.Option)) is { } text && !(input.Kind == OptionKind.Flag && text == "false"))
            {
                values[input.Input.Name] = input.Input.Shape is InputShape.Words or InputShape.OptionalWords or InputShape.Values
                    ? text.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    : [text];
            }
        }

        return new Given(values, options.Text("server"));
    }

    /// <summary>One thing, for the command's input of that kind.</summary>
    public static Given One(ChatCommand command, OptionKind kind, string value) =>
        command.Inputs.FirstOrDefault(input => input.Kind == kind) is { } input ? Nothing.With(input, value) : Nothing;

    public Given With(ChatInput input, params IReadOnlyList<string> values) =>
        this with { Values = new Dictionary<string, IReadOnlyList<string>>(Values, StringComparer.Ordinal) { [input.Input.Name] = values } };

    public Given With(string name, params IReadOnlyList<string> values) =>
        this with { Values = new Dictionary<string, IReadOnlyList<string>>(Values, StringComparer.Ordinal) { [name] = values } };

    public IReadOnlyList<string> this[ChatInput input] => Values.TryGetValue(input.Input.Name, out var values) ? values : [];

    public InputValues ToInputs() => new(Values);

    private static string? TextOf(OptionValue? value) => value switch
    {
        OptionValue.Text(var text) => text,
        OptionValue.Integer(var number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        OptionValue.Boolean(var flag) => flag ? "true" : "false",
        OptionValue.Channel(var channel) => channel.ToString(),
        OptionValue.Role(var role) => role.ToString(),
        OptionValue.User(var user) => user.ToString(),
        _ => null,
    };
}

/// <summary>What a confirm's yes would run, as its row keeps it.</summary>
/// <param name="Cost">What the person was told it costs, to be compared when they press; empty where nothing was counted.</param>
/// <param name="For">Who asked first, where two are needed.</param>
internal sealed record KeptCommand(string Command, Dictionary<string, string[]> Values, KeptCost? Cost, string? For)
{
    public static KeptCommand Of(ChatCommand command, Given given) =>
        new(command.Key, given.Values.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal), null, null);

    public static KeptCommand? Read(string text) => JsonSerializer.Deserialize(text, KeptJson.Default.KeptCommand);

    public string Write() => JsonSerializer.Serialize(this, KeptJson.Default.KeptCommand);

    public Given ToGiven() => new(Values.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)pair.Value, StringComparer.Ordinal), null);
}

/// <summary>The numbers people decide by.</summary>
internal sealed record KeptCost(long Files, long Bytes, int Players, long DowntimeMs);

[JsonSerializable(typeof(KeptCommand))]
internal sealed partial class KeptJson : JsonSerializerContext;
