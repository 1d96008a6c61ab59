using SnapshotBot.Bot.Hosting;

namespace SnapshotBot.Bot.Commands;

/// <summary>What every command may use.</summary>
internal sealed class CommandContext(Settings settings, ServiceHost service, IStepProgress progress, TimeProvider time)
{
    public Settings Settings { get; } = settings;

    public ServiceHost Service { get; } = service;

    public IStepProgress Progress { get; } = progress;

    public TimeProvider Time { get; } = time;
}
