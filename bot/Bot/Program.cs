using SnapshotBot.Bot.Terminal;

using var interrupt = new Interrupt();
using var screen = Screen.OfProcess();
return await new TerminalHost(screen, TimeProvider.System, ownsProcess: true).RunAsync(args, interrupt.Token);
