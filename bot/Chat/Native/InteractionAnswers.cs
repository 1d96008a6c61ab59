using System.Text.Json;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.Modals;
using SnapshotBot.Chat.Native.Events;
using SnapshotBot.Chat.Native.Json;
using SnapshotBot.Chat.Native.Rest;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.Chat.Native;

/// <summary>
/// Answers to interactions, as <see cref="IChat"/> promises them, whoever heard of the interaction: people wait for these, so they take the shortest
/// way there is.
/// </summary>
public abstract class InteractionAnswers
{
    private static readonly TimeSpan CallbackLife = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(15);

    private readonly TimeProvider _time;

    private protected InteractionAnswers(Sender sender, TimeProvider time) => (Sender, _time) = (sender, time);

    private protected Sender Sender { get; }

    /// <summary>Where what was answered is waiting to go on; null before the client runs.</summary>
    private protected Inbox? Inbox { get; set; }

    public Task AcknowledgeAsync(Interaction interaction, Audience audience, CancellationToken cancellationToken) =>
        CallBackAsync(interaction, Bodies.Later(audience), [], cancellationToken);

    public Task AcknowledgeUpdateAsync(Interaction interaction, CancellationToken cancellationToken) =>
        CallBackAsync(interaction, Bodies.LaterUpdate(), [], cancellationToken);

    public Task ReplyAsync(Interaction interaction, Message message, Audience audience, CancellationToken cancellationToken) =>
        CallBackAsync(interaction, Bodies.Reply(message, audience), message.Files, cancellationToken);

    public Task UpdateAsync(Interaction interaction, Message message, CancellationToken cancellationToken) =>
        CallBackAsync(interaction, Bodies.Update(message), message.Files, cancellationToken);

    public Task OpenModalAsync(Interaction interaction, Modal modal, CancellationToken cancellationToken) =>
        CallBackAsync(interaction, Bodies.Open(modal), [], cancellationToken);

    public Task SuggestAsync(AutocompleteAsk ask, IReadOnlyList<Choice> suggestions, CancellationToken cancellationToken) =>
        CallBackAsync(ask, Bodies.Suggest(Limits.Choices.Check(suggestions)), [], cancellationToken);

    public async Task<MessageId> EditReplyAsync(Interaction interaction, Message message, CancellationToken cancellationToken)
    {
        var application = await ApplicationAsync(cancellationToken);
        return await LaterAsync(interaction, Routes.EditReply(application, interaction), Bodies.Edit(message), message.Files, cancellationToken);
    }

    public async Task DeleteReplyAsync(Interaction interaction, CancellationToken cancellationToken)
    {
        var route = Routes.DeleteReply(await ApplicationAsync(cancellationToken), interaction);
        await Sender.SendAsync(new Call(route, Body: null, [], interaction.ReceivedAt + TokenLife), cancellationToken);
    }

    public async Task<MessageId> FollowUpAsync(Interaction interaction, Message message, Audience audience, CancellationToken cancellationToken)
    {
        var application = await ApplicationAsync(cancellationToken);
        var body = Bodies.FollowUp(message, audience);
        return await LaterAsync(interaction, Routes.FollowUp(application, interaction), body, message.Files, cancellationToken);
    }

    private protected abstract Task<ulong> ApplicationAsync(CancellationToken cancellationToken);

    private protected static MessageId MessageOf(byte[] body) =>
        new(body.Length == 0 ? 0 : JsonSerializer.Deserialize(body, WireJson.Default.WireMessage)?.Id ?? 0);

    // Discord waits 3 seconds, from when it sent the interaction. Later than that an answer would only be one more refused request.
    private async Task CallBackAsync(Interaction interaction, byte[] body, IReadOnlyList<OutgoingFile> files, CancellationToken cancellationToken)
    {
        var call = new Call(Routes.Callback(interaction), body, files, interaction.ReceivedAt + CallbackLife);
        await Sender.SendAsync(call, cancellationToken);
        Inbox?.Answered(interaction.Id);
    }

    private async Task<MessageId> LaterAsync(
        Interaction interaction, Route route, byte[] body, IReadOnlyList<OutgoingFile> files, CancellationToken cancellationToken)
    {
        var end = interaction.ReceivedAt + TokenLife;
        if (_time.GetUtcNow() >= end)
        {
            // Known without asking.
            throw new ChatRequestException(ChatError.InteractionExpired, 0, 0, route.Name);
        }

        return MessageOf(await Sender.SendAsync(new Call(route, body, files, end), cancellationToken));
    }
}
