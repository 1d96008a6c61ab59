using SnapshotBot.Bot.Presentation;

namespace SnapshotBot.Bot.Terminal;

/// <summary>Draws pages for people.</summary>
internal interface IPageWriter
{
    void Write(Page page);
}
