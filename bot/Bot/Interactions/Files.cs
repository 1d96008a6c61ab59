using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat.Messages;

namespace SnapshotBot.Bot.Interactions;

/// <summary>A file of a snapshot as an answer, where the place takes one so large.</summary>
internal static class Files
{
    public static Message Of(Given given, MemoryStream content, long most)
    {
        var path = given.Values.TryGetValue("PATH", out var words) && words is [var first, ..] ? first : "file";
        if (content.Length > most)
        {
            return TooLarge(path, content.Length, most);
        }

        var file = new OutgoingFile(path[(path.LastIndexOf('/') + 1)..] is { Length: > 0 } name ? name : "file", content.ToArray(), most);
        return Message.With([file], new Container(Colour.Good, new TextDisplay(ChatText.Code(path)), new FileDisplay(file)));
    }

    public static Message TooLarge(string path, long bytes, long most) => Notes.Say(
        $"📦 {ChatText.Code(path)} is {Words.Size(bytes)}; Discord takes {Words.Size(most)} here. At the terminal: `snapshot get`.", Colour.Look);
}
