namespace SnapshotBot.Bot.Presentation;

/// <summary>Type and permissions as <c>ls -l</c> writes them.</summary>
internal static class ModeText
{
    private const int SetUid = 0x800;
    private const int SetGid = 0x400;
    private const int Sticky = 0x200;

    public static string Of(string type, int mode) => string.Create(10, (type, mode), static (text, node) =>
    {
        text[0] = node.type switch
        {
            "dir" => 'd',
            "symlink" => 'l',
            "dev" => 'b',
            "chardev" => 'c',
            "fifo" => 'p',
            "socket" => 's',
            _ => '-',
        };
        for (var bit = 0; bit < 9; bit++)
        {
            text[bit + 1] = (node.mode & (0x100 >> bit)) != 0 ? "rwx"[bit % 3] : '-';
        }

        Special(text, 3, node.mode & SetUid, 's', 'S');
        Special(text, 6, node.mode & SetGid, 's', 'S');
        Special(text, 9, node.mode & Sticky, 't', 'T');
    });

    private static void Special(Span<char> text, int at, int bit, char withExecute, char without)
    {
        if (bit != 0)
        {
            text[at] = text[at] == 'x' ? withExecute : without;
        }
    }
}
