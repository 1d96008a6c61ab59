using SnapshotBot.Chat;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.Modals;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Interactions;

/// <summary>
/// One interaction and how far its answer is. A first answer must come within three seconds: what takes longer acknowledges first, and what
/// is shown then takes the acknowledged answer's place.
/// </summary>
/// <param name="chat">Where the answer goes.</param>
/// <param name="interaction">What was pressed or typed.</param>
/// <param name="guild">Where.</param>
/// <param name="settings">What holds there.</param>
/// <param name="place">Given back with the answer: what is written down afterwards is no work anybody waits for.</param>
internal sealed class Turn(IChat chat, Interaction interaction, GuildId guild, GuildSettings settings, IDisposable? place)
{
    private Stage _stage = Stage.New;

    private enum Stage
    {
        New,
        Acknowledged,
        Updating,
        Answered,
    }

    public Interaction Interaction { get; } = interaction;

    public ulong Guild { get; } = guild.Value;

    public ulong Channel => Interaction.Channel.Value;

    public ulong Person => Interaction.User.Id.Value;

    public GuildSettings Settings { get; } = settings;

    public GuildMember Member { get; } = new(
        interaction.User.Id.Value, [.. interaction.Roles.Select(role => role.Value)], PowerOf(interaction));

    public GuildRole Role => Access.RoleOf(Member, Settings);

    /// <summary>Whether anything was answered or promised yet.</summary>
    public bool IsOpen => _stage == Stage.New;

    private bool IsOnOwn => Interaction is ComponentPress { IsOnOwnMessage: true } or ModalSubmit { IsOnOwnMessage: true, Message: not null };

    /// <summary>Says that an answer comes. On one's own copy the answer will replace it; anywhere else it is a message for one's own eyes.</summary>
    public async Task AcknowledgeAsync(CancellationToken cancellationToken)
    {
        if (_stage != Stage.New)
        {
            return;
        }

        if (IsOnOwn)
        {
            await chat.AcknowledgeUpdateAsync(Interaction, cancellationToken);
            _stage = Stage.Updating;
        }
        else
        {
            await chat.AcknowledgeAsync(Interaction, Audience.Asker, cancellationToken);
            _stage = Stage.Acknowledged;
        }
    }

    /// <summary>Shows something to the one who asked.</summary>
    public async Task ShowAsync(Message message, CancellationToken cancellationToken)
    {
        switch (_stage)
        {
            case Stage.New when IsOnOwn:
                await chat.UpdateAsync(Interaction, message, cancellationToken);
                break;
            case Stage.New:
                await chat.ReplyAsync(Interaction, message, Audience.Asker, cancellationToken);
                break;
            case Stage.Updating when Interaction is ModalSubmit:
                // The card a form was opened from stays what it is.
                _ = await chat.FollowUpAsync(Interaction, message, Audience.Asker, cancellationToken);
                break;
            case Stage.Acknowledged or Stage.Updating:
                _ = await chat.EditReplyAsync(Interaction, message, cancellationToken);
                break;
            default:
                _ = await chat.FollowUpAsync(Interaction, message, Audience.Asker, cancellationToken);
                break;
        }

        Answered();
    }

    /// <summary>Shows something in place of the message that was pressed, or that a form was opened from, where it is one's own.</summary>
    public async Task ReplaceAsync(Message message, CancellationToken cancellationToken)
    {
        if (_stage == Stage.Updating)
        {
            _ = await chat.EditReplyAsync(Interaction, message, cancellationToken);
            Answered();
            return;
        }

        await ShowAsync(message, cancellationToken);
    }

    /// <summary>Shows something beside what is there: a refusal must not take away the card whose button was pressed.</summary>
    public async Task ShowBesideAsync(Message message, CancellationToken cancellationToken)
    {
        if (_stage == Stage.New)
        {
            await chat.ReplyAsync(Interaction, message, Audience.Asker, cancellationToken);
        }
        else if (_stage == Stage.Updating || _stage == Stage.Answered)
        {
            _ = await chat.FollowUpAsync(Interaction, message, Audience.Asker, cancellationToken);
        }
        else
        {
            _ = await chat.EditReplyAsync(Interaction, message, cancellationToken);
        }

        Answered();
    }

    public async Task OpenAsync(Modal modal, CancellationToken cancellationToken)
    {
        await chat.OpenModalAsync(Interaction, modal, cancellationToken);
        Answered();
    }

    private void Answered()
    {
        _stage = Stage.Answered;
        place?.Dispose();
    }

    /// <summary>Somebody else as who may what is decided for them.</summary>
    public static GuildMember MemberOf(ChatMember member) => new(
        member.Id.Value, [.. member.Roles.Select(role => role.Value)], PowerOf(member.Permissions));

    private static GuildPower PowerOf(Interaction interaction) =>
        interaction.GuildOwner == interaction.User.Id ? GuildPower.Administrator : PowerOf(interaction.Permissions);

    private static GuildPower PowerOf(ChatPermissions permissions) =>
        permissions.Has(ChatPermissions.Administrator) ? GuildPower.Administrator
        : permissions.Has(ChatPermissions.ManageGuild) ? GuildPower.ManagesGuild : GuildPower.None;
}
