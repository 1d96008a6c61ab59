using SnapshotBot.Bot.Terminal;
using SnapshotBot.Storage.FileSystem;

// A game goes on beside all of 'snapshot create'. Before anything else: which command it is takes a twentieth of a second to find out, and a program
// that starts is felt like any other work. The launcher (snapshotbot.sh) knows the same command and has done a part of it where it could.
// It is never taken back: to give a quarter of a gigabyte of memory back at the end is felt too.
if (((ReadOnlySpan<string>)args).IndexOf(["snapshot", "create"]) >= 0)
{
    _ = ProcessCourtesy.Lower();
}

using var interrupt = new Interrupt();
using var screen = Screen.OfProcess();
#if REPOSITORY_ALONE
var parts = ProgramParts.RepositoryAlone();
#else
var parts = ProgramParts.Everything();
#endif
return await new TerminalHost(screen, parts, TimeProvider.System).RunAsync(args, interrupt.Token);
