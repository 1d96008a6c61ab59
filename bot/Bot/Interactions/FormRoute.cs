using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat.Interactions;

namespace SnapshotBot.Bot.Interactions;

/// <summary>What a filled-in form does: the command it stands for, as if it had been typed.</summary>
internal sealed class FormRoute(Desk desk, Auditor auditor, CommandRoute commands, PartRoute parts)
{
    public async Task SubmitAsync(Turn turn, ModalSubmit submit, CancellationToken cancellationToken)
    {
        var id = CustomId.Parse(submit.CustomId);
        if (id is { Verb: Verb.Part })
        {
            await parts.SubmitAreaAsync(turn, id, submit.Fields, cancellationToken);
            return;
        }

        if (id is { Verb: Verb.Form } && id[0] == "part")
        {
            await parts.SubmitNameAsync(turn, id[1], submit.Fields, cancellationToken);
            return;
        }

        if (id is not null && Read(id, submit.Fields) is ({ } command, { } given))
        {
            await commands.RunAsync(turn, command, given, Consent.None, cancellationToken);
            return;
        }

        await auditor.RefuseUnknownAsync(turn, "form", cancellationToken);
    }

    private (ChatCommand? Command, Given? Given) Read(CustomId id, FieldValues fields) => id.Verb switch
    {
        Verb.New when desk.Command("snapshot create") is { } command => (command, NewSnapshot(command, id[0], fields)),
        Verb.NewSchedule or Verb.Change when desk.Command("schedule set") is { } command => (command, NewSchedule(command, id[0], fields)),
        Verb.Form when desk.Command(SnapshotRoute.KeyOf(id[0])) is { } command => (command, OfSnapshot(command, id[0], id[1], fields)),
        _ => (null, null),
    };

    private static Given NewSnapshot(ChatCommand command, string server, FieldValues fields)
    {
        var given = Server(command, server, fields);
        given = fields.Text(Forms.Name) is { } name ? given.With("--name", name) : given;
        given = fields.Text(Forms.Note) is { } note ? given.With("--note", note) : given;
        return fields.IsTicked(Forms.Lock) ? given.With("--lock", "true") : given;
    }

    private static Given NewSchedule(ChatCommand command, string server, FieldValues fields)
    {
        var given = Server(command, server, fields);
        foreach (var (field, option) in (ReadOnlySpan<(string, string)>)
            [(Forms.Name, "name"), (Forms.Every, "every"), (Forms.When, "when"), (Forms.Keep, "keep")])
        {
            // The form says of an empty Keep that the server's rule holds: that is an answer too.
            if ((fields.Text(field) ?? (option == "keep" ? "" : null)) is { } text && command.Inputs.FirstOrDefault(input => input.Option == option) is { } input)
            {
                given = given.With(input, text);
            }
        }

        return given;
    }

    private static Given Server(ChatCommand command, string server, FieldValues fields) =>
        (server.Length > 0 ? server : fields.Text(Forms.Server)) is { } id ? Given.One(command, OptionKind.Server, id) : Given.Nothing;

    private static Given? OfSnapshot(ChatCommand command, string word, string snapshot, FieldValues fields)
    {
        var field = word switch
        {
            "rename" or "duplicate" => Forms.Name,
            "note" => Forms.Note,
            "image" => Forms.Tag,
            _ => null,
        };
        return command.Inputs.FirstOrDefault(input => input.Option == field) is { } input
            ? Given.One(command, OptionKind.Snapshot, snapshot).With(input, fields.Text(input.Option) ?? "")
            : null;
    }
}
