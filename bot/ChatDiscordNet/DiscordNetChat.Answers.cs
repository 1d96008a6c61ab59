using Discord;
using Discord.WebSocket;
using SnapshotBot.Chat;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.SlashCommands;
using Modal = SnapshotBot.Chat.Modals.Modal;

namespace SnapshotBot.ChatDiscordNet;

/// <summary>Answers to interactions.</summary>
public sealed partial class DiscordNetChat
{
    public Task AcknowledgeAsync(Interaction interaction, Audience audience, CancellationToken cancellationToken) =>
        AnswerAsync("acknowledge", interaction, cancellationToken, (source, options) => source switch
        {
            SocketMessageComponent press => press.DeferLoadingAsync(audience == Audience.Asker, options),
            SocketModal modal => modal.DeferLoadingAsync(audience == Audience.Asker, options),
            _ => source.DeferAsync(audience == Audience.Asker, options),
        });

    public Task AcknowledgeUpdateAsync(Interaction interaction, CancellationToken cancellationToken) =>
        AnswerAsync("acknowledge", interaction, cancellationToken, (source, options) => source.DeferAsync(options: options));

    public Task ReplyAsync(Interaction interaction, Message message, Audience audience, CancellationToken cancellationToken) =>
        AnswerAsync("reply", interaction, cancellationToken, (source, options) => message.Files.Count == 0
            ? source.RespondAsync(
                message.Content, MessageMap.Embeds(message), false, audience == Audience.Asker, MessageMap.Mentions(message), MessageMap.Components(message),
                options: options, flags: MessageMap.Flags(message))
            : source.RespondWithFilesAsync(
                MessageMap.Files(message), message.Content, MessageMap.Embeds(message), false, audience == Audience.Asker, MessageMap.Mentions(message),
                MessageMap.Components(message), options: options, flags: MessageMap.Flags(message)));

    public Task UpdateAsync(Interaction interaction, Message message, CancellationToken cancellationToken) =>
        AnswerAsync("update", interaction, cancellationToken, (source, options) => source switch
        {
            SocketMessageComponent press => press.UpdateAsync(properties => MessageMap.Fill(properties, message), options),
            SocketModal modal => modal.UpdateAsync(properties => MessageMap.Fill(properties, message), options),
            _ => throw new ChatShapeException("Only a press, or a form opened by one, can update its message."),
        });

    public Task OpenModalAsync(Interaction interaction, Modal modal, CancellationToken cancellationToken) =>
        AnswerAsync("open a form", interaction, cancellationToken, (source, options) => source.RespondWithModalAsync(_modals.Build(modal), options));

    public Task SuggestAsync(AutocompleteAsk ask, IReadOnlyList<Choice> suggestions, CancellationToken cancellationToken) =>
        suggestions.Count > Limits.Choices.Most
            ? Task.FromException(new ChatLimitException(Limits.Choices, suggestions.Count))
            : AnswerAsync("suggest", ask, cancellationToken, (source, options) =>
                ((SocketAutocompleteInteraction)source).RespondAsync(suggestions.Select(choice => new AutocompleteResult(choice.Name, choice.Value)), options));

    public Task<MessageId> EditReplyAsync(Interaction interaction, Message message, CancellationToken cancellationToken) =>
        AnswerAsync("edit reply", interaction, cancellationToken, async (source, options) =>
            new MessageId((await source.ModifyOriginalResponseAsync(properties => MessageMap.Fill(properties, message), options)).Id));

    public async Task DeleteReplyAsync(Interaction interaction, CancellationToken cancellationToken)
    {
        try
        {
            await AnswerAsync("delete reply", interaction, cancellationToken, (source, options) => source.DeleteOriginalResponseAsync(options));
        }
        catch (ChatRequestException refusal) when (refusal.Status == 404)
        {
            // Gone already.
        }
    }

    public Task<MessageId> FollowUpAsync(Interaction interaction, Message message, Audience audience, CancellationToken cancellationToken) =>
        AnswerAsync("follow up", interaction, cancellationToken, async (source, options) =>
        {
            // Not known to be done is not done again.
            options.RetryMode = RetryMode.RetryRatelimit;
            var sent = message.Files.Count == 0
                ? await source.FollowupAsync(
                    message.Content, MessageMap.Embeds(message), false, audience == Audience.Asker, MessageMap.Mentions(message), MessageMap.Components(message),
                    options: options, flags: MessageMap.Flags(message))
                : await source.FollowupWithFilesAsync(
                    MessageMap.Files(message), message.Content, MessageMap.Embeds(message), false, audience == Audience.Asker, MessageMap.Mentions(message),
                    MessageMap.Components(message), options: options, flags: MessageMap.Flags(message));
            return new MessageId(sent.Id);
        });

    private Task AnswerAsync(string what, Interaction interaction, CancellationToken cancellationToken, Func<SocketInteraction, RequestOptions, Task> answer) =>
        AnswerAsync(what, interaction, cancellationToken, async (source, options) =>
        {
            await answer(source, options);
            return true;
        });

    private async Task<T> AnswerAsync<T>(
        string what, Interaction interaction, CancellationToken cancellationToken, Func<SocketInteraction, RequestOptions, Task<T>> answer)
    {
        if (_open.Find(interaction) is not { } source)
        {
            // Older than its token's 15 minutes.
            throw new ChatRequestException(ChatError.InteractionExpired, 0, 0, what);
        }

        try
        {
            var answered = await RequestAsync(what, isInteraction: true, () => answer(source, new RequestOptions { CancelToken = cancellationToken }));
            _inbox?.Answered(interaction.Id);
            return answered;
        }
        catch (InvalidOperationException exception)
        {
            // Discord.Net's own book of what was answered.
            throw new ChatRequestException(ChatError.AlreadyAnswered, 0, 0, what, exception);
        }
    }
}
