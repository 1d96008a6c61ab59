using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Get
{
    private static readonly Input<string> Place = Input.Word(
        "PATH", "a file as the game sees it, such as /data/level.dat (CONTAINER:/data/level.dat when the server has several containers)");

    private static readonly Input<string?> Output = Input.Value("--output", "FILE", "write it to this file (standard output)") with { Short = "-o" };

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot get",
        Summary = "Get one file out of a snapshot",
        Role = Role.Operator,
        Inputs = [SnapshotInputs.Snapshot, Place, Output],
        Result = "the file's bytes; with -o {path,bytes,file}",
        Examples = ["snapshotbot snapshot get modpack/before-update /data/level.dat -o level.dat"],
        Read = values => new Request(values.Get(SnapshotInputs.Snapshot), values.Get(Place), values.Get(Output)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var snapshot = await SnapshotInputs.RequireAsync(request.Snapshot, context, cancellationToken);
        var browser = await context.Service.GetAsync<SnapshotBrowser>(cancellationToken);
        if (request.Output is not { } file)
        {
            try
            {
                var sent = await browser.GetAsync(snapshot.Id, request.Path, entry => Take(entry, context), cancellationToken);
                return new Answer(sent is SnapshotFileBytes.Refused ? sent : new SnapshotFileSent());
            }
            catch (TooLargeException large)
            {
                return new Answer(new SnapshotFileTooLarge(large.Path, large.Bytes));
            }
        }

        // Beside its place first: a file that is cut short never has the name that was asked for.
        var part = new FileInfo(file + ".part");
        try
        {
            var got = await browser.GetAsync(snapshot.Id, request.Path, _ => part.Open(FileMode.Create, FileAccess.Write), cancellationToken);
            if (got is not SnapshotFileBytes.Written written)
            {
                return new Answer(got);
            }

            part.Refresh();
            part.MoveTo(file, overwrite: true);
            return new Answer(new SnapshotFileGot(written.Entry, file, written.Bytes));
        }
        catch
        {
            part.Delete();
            throw;
        }
    }

    private static KeptOpen Take(SnapshotEntry entry, CommandContext context) =>
        entry.Size > context.MostOutput ? throw new TooLargeException(entry.Path, entry.Size) : new KeptOpen(context.Output);

    private sealed record Request(string Snapshot, string Path, string? Output);

    private sealed class TooLargeException(string path, long bytes) : Exception
    {
        public string Path => path;

        public long Bytes => bytes;
    }

    /// <summary>Standard output outlives the file that is written to it.</summary>
    private sealed class KeptOpen(Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            inner.WriteAsync(buffer, offset, count, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(buffer, cancellationToken);
    }
}
