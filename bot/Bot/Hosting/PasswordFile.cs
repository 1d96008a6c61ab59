using System.Text;
using SnapshotBot.Bot.Presentation;

namespace SnapshotBot.Bot.Hosting;

/// <summary>Reads a repository's password from a file.</summary>
internal static class PasswordFile
{
    // No password is longer; a wrong path to a huge file is not read to its end.
    private const int Limit = 1 << 16;

    public static string Read(string file)
    {
        var buffer = new byte[Limit];
        int length;
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(RepositoryFailures.UnreadablePasswordFile(file, exception.Message));
        }

        // As restic reads it: white space around the password is not part of it.
        var password = buffer.AsSpan(0, length).Trim(" \t\r\n\v\f"u8);
        return length == buffer.Length || password.IsEmpty
            ? throw new CommandFailedException(RepositoryFailures.NoPasswordInFile(file))
            : Encoding.UTF8.GetString(password);
    }
}
