using Discord;
using Discord.WebSocket;
using SnapshotBot.Chat;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.Native.Json;
using SnapshotBot.Chat.SlashCommands;
using SnapshotBot.ChatDiscordNet.Rest;
using Modal = SnapshotBot.Chat.Modals.Modal;

namespace SnapshotBot.ChatDiscordNet;

/// <summary>Answers to interactions.</summary>
public sealed partial class DiscordNetChat
{
    private static readonly TimeSpan CallbackLife = TimeSpan.FromSeconds(3);

    public Task AcknowledgeAsync(Interaction interaction, Audience audience, CancellationToken cancellationToken) =>
        CallBackAsync("acknowledge", interaction, Outgoing.Plain, cancellationToken, (source, options) => source switch
        {
            SocketMessageComponent press => press.DeferLoadingAsync(audience == Audience.Asker, options),
            SocketModal modal => modal.DeferLoadingAsync(audience == Audience.Asker, options),
            _ => source.DeferAsync(audience == Audience.Asker, options),
        });

    public Task AcknowledgeUpdateAsync(Interaction interaction, CancellationToken cancellationToken) =>
        CallBackAsync("acknowledge", interaction, Outgoing.Plain, cancellationToken, (source, options) => source.DeferAsync(options: options));

    public Task ReplyAsync(Interaction interaction, Message message, Audience audience, CancellationToken cancellationToken) =>
        CallBackAsync("reply", interaction, new Outgoing(message.Files), cancellationToken, (source, options) => message.Files.Count == 0
            ? source.RespondAsync(
                message.Content, MessageMap.Embeds(message), false, audience == Audience.Asker, MessageMap.Mentions(message), MessageMap.Components(message),
                options: options, flags: MessageMap.Flags(message))
            : source.RespondWithFilesAsync(
                MessageMap.Files(message), message.Content, MessageMap.Embeds(message), false, audience == Audience.Asker, MessageMap.Mentions(message),
                MessageMap.Components(message), options: options, flags: MessageMap.Flags(message)));

    public Task UpdateAsync(Interaction interaction, Message message, CancellationToken cancellationToken) =>
        CallBackAsync("update", interaction, new Outgoing(message.Files), cancellationToken, (source, options) => source switch
        {
            SocketMessageComponent press => press.UpdateAsync(properties => MessageMap.Fill(properties, message), options),
            SocketModal modal => modal.UpdateAsync(properties => MessageMap.Fill(properties, message), options),
            _ => throw new ChatShapeException("Only a press, or a form opened by one, can update its message."),
        });

    public Task OpenModalAsync(Interaction interaction, Modal modal, CancellationToken cancellationToken) =>
        CallBackAsync("open a form", interaction, new Outgoing([], Body: Bodies.Open(modal)), cancellationToken, (source, options) =>
            source.RespondWithModalAsync(Forms.StandIn(modal), options));

    public Task SuggestAsync(AutocompleteAsk ask, IReadOnlyList<Choice> suggestions, CancellationToken cancellationToken) =>
        suggestions.Count > Limits.Choices.Most
            ? Task.FromException(new ChatLimitException(Limits.Choices, suggestions.Count))
            : CallBackAsync("suggest", ask, Outgoing.Plain, cancellationToken, (source, options) =>
                ((SocketAutocompleteInteraction)source).RespondAsync(suggestions.Select(choice => new AutocompleteResult(choice.Name, choice.Value)), options));

    public Task<MessageId> EditReplyAsync(Interaction interaction, Message message, CancellationToken cancellationToken) =>
        AnswerAsync("edit reply", interaction, message.Files, cancellationToken, async (source, options) =>
            new MessageId((await source.ModifyOriginalResponseAsync(properties => MessageMap.Fill(properties, message), options)).Id));

    public Task DeleteReplyAsync(Interaction interaction, CancellationToken cancellationToken) =>
        AnswerAsync("delete reply", interaction, [], cancellationToken, async (source, options) =>
        {
            await source.DeleteOriginalResponseAsync(options);
            return true;
        });

    public Task<MessageId> FollowUpAsync(Interaction interaction, Message message, Audience audience, CancellationToken cancellationToken) =>
        AnswerAsync("follow up", interaction, message.Files, cancellationToken, async (source, options) =>
        {
            var sent = message.Files.Count == 0
                ? await source.FollowupAsync(
                    message.Content, MessageMap.Embeds(message), false, audience == Audience.Asker, MessageMap.Mentions(message), MessageMap.Components(message),
                    options: options, flags: MessageMap.Flags(message))
                : await source.FollowupWithFilesAsync(
                    MessageMap.Files(message), message.Content, MessageMap.Embeds(message), false, audience == Audience.Asker, MessageMap.Mentions(message),
                    MessageMap.Components(message), options: options, flags: MessageMap.Flags(message));
            return new MessageId(sent.Id);
        });

    // Discord waits 3 seconds, from when it sent the interaction.
    private async Task CallBackAsync(
        string what, Interaction interaction, Outgoing outgoing, CancellationToken cancellationToken, Func<SocketInteraction, RequestOptions, Task> answer)
    {
        await AnswerAsync(what, interaction, outgoing with { GiveUpAt = interaction.ReceivedAt + CallbackLife }, cancellationToken, async (source, options) =>
        {
            await answer(source, options);
            return true;
        });
        _inbox?.Answered(interaction.Id);
    }

    private Task<T> AnswerAsync<T>(
        string what, Interaction interaction, IReadOnlyList<OutgoingFile> files, CancellationToken cancellationToken, Func<SocketInteraction, RequestOptions, Task<T>> answer) =>
        AnswerAsync(what, interaction, new Outgoing(files, GiveUpAt: interaction.ReceivedAt + OpenInteractions.TokenLife), cancellationToken, answer);

    private async Task<T> AnswerAsync<T>(
        string what, Interaction interaction, Outgoing outgoing, CancellationToken cancellationToken, Func<SocketInteraction, RequestOptions, Task<T>> answer)
    {
        if (_open.Find(interaction) is not { } source)
        {
            // Older than its token's 15 minutes.
            throw new ChatRequestException(ChatError.InteractionExpired, 0, 0, what);
        }

        try
        {
            return await RequestAsync(what, outgoing, () => answer(source, Options(cancellationToken)));
        }
        catch (InvalidOperationException exception)
        {
            // Discord.Net's own book of what was answered.
            throw new ChatRequestException(ChatError.AlreadyAnswered, 0, 0, what, exception);
        }
    }
}
