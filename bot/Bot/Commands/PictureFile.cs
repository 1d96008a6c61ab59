namespace SnapshotBot.Bot.Commands;

/// <summary>Writes a picture where a person wants it: whole, or not at all.</summary>
internal static class PictureFile
{
    public static void Write(string file, byte[] png)
    {
        var part = new FileInfo(Path.GetFullPath(file) + ".part");
        try
        {
            using (var stream = part.Open(FileMode.Create, FileAccess.Write))
            {
                stream.Write(png);
            }

            part.MoveTo(Path.GetFullPath(file), overwrite: true);
        }
        catch
        {
            part.Delete();
            throw;
        }
    }
}
