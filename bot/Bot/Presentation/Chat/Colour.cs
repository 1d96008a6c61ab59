namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>A container's edge is the state of what it tells of.</summary>
internal static class Colour
{
    public const int Running = 0x5865F2;
    public const int Good = 0x3BA55D;
    public const int Look = 0xF0B132;
    public const int Act = 0xED4245;
    public const int Off = 0x80848E;
}
