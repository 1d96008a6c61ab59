using System.Text.Json.Nodes;
using SnapshotBot.Playground.Rules;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.People;

/// <summary>Somebody in a channel, with what Discord's client lets them do there. What it would not let them do throws.</summary>
public sealed class Actor
{
    private readonly World _world;
    private readonly Pressing _pressing;

    internal Actor(World world, Pressing pressing, Person person, TextChannel channel)
    {
        _world = world;
        _pressing = pressing;
        Person = person;
        Channel = channel;
    }

    public Person Person { get; }

    public TextChannel Channel { get; }

    /// <summary>What this person sees here, oldest first.</summary>
    public IReadOnlyList<Post> Sees
    {
        get
        {
            lock (_world.Gate)
            {
                return Channel.SeenBy(Person);
            }
        }
    }

    /// <summary>The commands this person's palette shows here.</summary>
    public IReadOnlyList<JsonObject> Palette
    {
        get
        {
            lock (_world.Gate)
            {
                return CommandForms.Visible(_world, Channel.Guild, Person);
            }
        }
    }

    /// <summary>The same person elsewhere.</summary>
    public Actor In(TextChannel channel) => new(_world, _pressing, Person, channel);

    /// <summary>Sends a slash command: <c>Command("snapshot create", ("server", "modpack"), ("lock", true))</c>.</summary>
    /// <exception cref="PeopleException">There is no such command, an option is missing, unknown or out of its range.</exception>
    public Exchange Command(string path, params (string Name, object Value)[] options)
    {
        lock (_world.Gate)
        {
            var data = CommandForms.Fill(_world, Channel.Guild, Person, path, options, focused: null);
            return _pressing.Press(ExchangeKind.Command, this, data, null);
        }
    }

    /// <summary>Types into an option that suggests; what comes is in <see cref="Exchange.Choices"/>.</summary>
    public Exchange Type(string path, string option, string text, params (string Name, object Value)[] others)
    {
        lock (_world.Gate)
        {
            var data = CommandForms.Fill(_world, Channel.Guild, Person, path, [.. others, (option, text)], focused: option);
            return _pressing.Press(ExchangeKind.Autocomplete, this, data, null);
        }
    }

    /// <summary>Presses a button, by its label or custom id.</summary>
    /// <exception cref="PeopleException">It is not there, disabled, or not to be seen by this person.</exception>
    public Exchange Click(Post post, string button)
    {
        lock (_world.Gate)
        {
            return Press(post, Seen(post, button), []);
        }
    }

    /// <summary>Chooses in a select, by its placeholder or custom id. Values of a string select may be given by their labels.</summary>
    public Exchange Select(Post post, string select, params string[] values)
    {
        lock (_world.Gate)
        {
            var control = Seen(post, select);
            return Press(post, control, Choices.Of(control, values, Channel.Guild));
        }
    }

    /// <summary>Sends a form that was opened, its fields by label or custom id; the others keep what they came with.</summary>
    public Exchange Submit(Exchange opened, params (string Field, object Value)[] fields)
    {
        lock (_world.Gate)
        {
            if (opened.Modal is not { } modal || opened.Person != Person)
            {
                throw new PeopleException("No form is open.");
            }

            return _pressing.Press(ExchangeKind.Modal, this, ModalForms.Fill(modal, fields, Channel.Guild), opened.On);
        }
    }

    /// <summary>Presses what is not there: a custom id somebody made up, as a changed client could send it.</summary>
    public Exchange Forge(Post post, string customId, params string[] values)
    {
        lock (_world.Gate)
        {
            var control = new JsonObject { ["type"] = values.Length == 0 ? ComponentKind.Button : ComponentKind.StringSelect, ["custom_id"] = customId, ["id"] = 1 };
            return Press(post, control, values);
        }
    }

    /// <summary>Sends a form that nobody opened, as a changed client could: text fields by their custom ids.</summary>
    public Exchange ForgeForm(Post post, string customId, params (string Field, string Value)[] fields)
    {
        lock (_world.Gate)
        {
            var data = new JsonObject
            {
                ["custom_id"] = customId,
                ["components"] = Shapes.Array(fields.Select((field, at) => (JsonNode)new JsonObject
                {
                    ["type"] = ComponentKind.Label,
                    ["id"] = 2 * at,
                    ["component"] = new JsonObject { ["type"] = ComponentKind.TextInput, ["id"] = (2 * at) + 1, ["custom_id"] = field.Field, ["value"] = field.Value },
                })),
            };
            return _pressing.Press(ExchangeKind.Modal, this, data, post);
        }
    }

    /// <summary>Writes a line.</summary>
    public Post Say(string text) => _world.Say(Person, Channel, text);

    /// <summary>Waits for a post this person sees here.</summary>
    public Task<Post> SeesAsync(Func<Post, bool> which, CancellationToken cancellationToken) =>
        _world.WaitAsync(() => Channel.SeenBy(Person).LastOrDefault(which), cancellationToken);

    /// <summary>Waits for the first answer, or for Discord's three seconds to be over.</summary>
    public Task<Exchange> AnswerAsync(Exchange exchange, CancellationToken cancellationToken) =>
        _world.WaitAsync(() => exchange.State == ExchangeState.Waiting ? null : exchange, cancellationToken);

    /// <summary>Waits until the answer says what it has to say: no longer "thinking ...".</summary>
    /// <exception cref="PeopleException">There was no answer in time.</exception>
    public async Task<Post> ReadAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        await _world.WaitAsync(() => exchange.State is ExchangeState.Answered or ExchangeState.NotAnswered ? exchange : null, cancellationToken);
        return exchange.State == ExchangeState.NotAnswered ? throw new PeopleException("The application did not respond.")
            : exchange.Answer ?? throw new PeopleException("It was answered without a message.");
    }

    private JsonObject Seen(Post post, string control)
    {
        if (post.IsDeleted || (post.OnlyFor is { } only && only != Person))
        {
            throw new PeopleException($"{Person.Name} does not see that message.");
        }

        var found = PostReading.Control(post, control);
        return found["disabled"].IsTrue() ? throw new PeopleException($"'{control}' is disabled.") : found;
    }

    private Exchange Press(Post post, JsonObject control, IReadOnlyList<string> values)
    {
        var type = control["type"].Number() ?? 0;
        var data = new JsonObject
        {
            ["component_type"] = type,
            ["custom_id"] = control["custom_id"]?.DeepClone() ?? throw new PeopleException("A link presses nothing."),
            ["id"] = control["id"]?.DeepClone(),
        };
        if (type != ComponentKind.Button)
        {
            data["values"] = Shapes.Array(values.Select(value => (JsonNode)value));
            if (Resolving.Of(Channel.Guild, values, type) is { } resolved)
            {
                data["resolved"] = resolved;
            }
        }

        return _pressing.Press(ExchangeKind.Component, this, data, post);
    }
}
