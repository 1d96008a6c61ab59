using SnapshotBot.Bot.Presentation;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Commands;

/// <summary>Hands an operation's progress to the display, in words.</summary>
internal sealed class OperationSteps(IStepProgress display) : IProgress<OperationProgress>
{
    public void Report(OperationProgress value) => display.Report(StepText.Describe(value));
}
