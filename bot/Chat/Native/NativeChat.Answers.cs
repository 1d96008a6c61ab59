using System.Text.Json;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.Modals;
using SnapshotBot.Chat.Native.Json;
using SnapshotBot.Chat.Native.Rest;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.Chat.Native;

/// <summary>Answers to interactions.</summary>
public sealed partial class NativeChat
{
    private static readonly TimeSpan CallbackLife = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(15);

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
        await _sender.SendAsync(new Call(route, Body: null, [], interaction.ReceivedAt + TokenLife), cancellationToken);
    }

    public async Task<MessageId> FollowUpAsync(Interaction interaction, Message message, Audience audience, CancellationToken cancellationToken)
    {
        var application = await ApplicationAsync(cancellationToken);
        var body = Bodies.FollowUp(message, audience);
        return await LaterAsync(interaction, Routes.FollowUp(application, interaction), body, message.Files, cancellationToken);
    }

    // Discord waits 3 seconds, from when it sent the interaction. Later than that an answer would only be one more refused request.
    private async Task CallBackAsync(Interaction interaction, byte[] body, IReadOnlyList<OutgoingFile> files, CancellationToken cancellationToken)
    {
        var call = new Call(Routes.Callback(interaction), body, files, interaction.ReceivedAt + CallbackLife);
        await _sender.SendAsync(call, cancellationToken);
        _inbox?.Answered(interaction.Id);
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

        return MessageOf(await _sender.SendAsync(new Call(route, body, files, end), cancellationToken));
    }

    private static MessageId MessageOf(byte[] body) =>
        new(body.Length == 0 ? 0 : JsonSerializer.Deserialize(body, WireJson.Default.WireMessage)?.Id ?? 0);

    private async Task<ulong> ApplicationAsync(CancellationToken cancellationToken)
    {
        if (Identity is { } identity)
        {
            return identity.ApplicationId;
        }

        var body = await _sender.SendAsync(Call.Of(Routes.OwnApplication), cancellationToken);
        _application ??= JsonSerializer.Deserialize(body, WireJson.Default.WireApplication)?.Id;
        return _application ?? 0;
    }
}
