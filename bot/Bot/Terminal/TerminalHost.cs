using System.CommandLine;

using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Terminal.Json;
using SnapshotBot.Bot.Terminal.Progress;
using SnapshotBot.Service;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Terminal;

/// <summary>One run of the program at a terminal: parse, carry out, draw, and say with the exit code how it went.</summary>
internal sealed class TerminalHost(Screen screen, ProgramParts parts, TimeProvider time)
{
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var tree = new CommandTree(SpecsFor(arguments));
        var parsed = tree.Parse(arguments);
        var json = parsed.GetValue(tree.Json);
        using var crash = new CrashText(() => ScrubberOf(tree, parsed));
        try
        {
            return (int)await RunAsync(tree, parsed, json, cancellationToken);
        }
        catch (Exception exception) when (FailureOf(exception, cancellationToken) is { } failure)
        {
            // What is not put in words by us may hold anything, an address with a password in it too.
            var scrubber = ScrubberOf(tree, parsed);
            if (Environment.GetEnvironmentVariable("SNAPSHOTBOT_TRACE") == "1")
            {
                await screen.Errors.WriteLineAsync(scrubber.Scrub(exception.ToString()));
            }

            Draw(failure.Code == Failures.UnexpectedCode ? failure with { Message = scrubber.Scrub(failure.Message) } : failure, json);
            return (int)failure.Exit;
        }
    }

    /// <summary>
    /// What has to be known to read them: when they begin with a command of two words, that one, for all others would be made at every start. What is
    /// not typed as plainly is looked for among all.
    /// </summary>
    private IReadOnlyList<CommandSpec> SpecsFor(IReadOnlyList<string> arguments) =>
        arguments.Count > 1 && parts.Commands.Named(arguments[0] + " " + arguments[1]) is { } typed ? [typed] : parts.Commands.All;

    private static Scrubber ScrubberOf(CommandTree tree, ParseResult parsed) => Scrubber.Of(Settings.Load(parsed.GetValue(tree.Data)));

    private async Task<ExitCode> RunAsync(CommandTree tree, ParseResult parsed, bool json, CancellationToken cancellationToken)
    {
        var leaf = tree.LeafOf(parsed);
        if (parsed.GetValue(tree.Help) || (parsed.Tokens.Count == 0))
        {
            screen.Pages.Write(leaf is not null ? HelpPages.Command(leaf.Spec, parts.Commands.All)
                : tree.GroupOf(parsed) is { } group ? HelpPages.Group(group, parts.Commands.All) : HelpPages.Root(parts.Commands.All));
            return ExitCode.Done;
        }

        if (leaf is null && parsed.GetValue(tree.Version))
        {
            Draw(VersionView(), json);
            return ExitCode.Done;
        }

        if (UsageProblem(tree, parsed, leaf) is { } problem)
        {
            throw new CommandFailedException(problem);
        }

        var settings = Settings.Load(parsed.GetValue(tree.Data));
        var values = leaf!.Read(parsed);
        if (Needs(leaf.Spec.Confirm, parsed, leaf))
        {
            throw new CommandFailedException(Failures.NeedsYes(leaf.Spec.Name));
        }

        View view;
        await using (var service = parts.Service(settings, time))
        {
            try
            {
                await using var progress = ProgressDisplay.Create(StyleOf(parsed.GetValue(tree.Progress)), leaf.Spec.Telling, screen, time);

                // At once: a password that was made and never mentioned is a repository lost, and 'serve' ends when nobody looks any more.
                service.Notice = notice => progress.Interrupt(() => screen.ErrorPages.Write(NoticePages.Of(notice)));
                var context = new CommandContext
                {
                    Settings = settings,
                    Service = service,
                    Progress = progress,
                    Tell = json ? _ => { } : page => progress.Interrupt(() => screen.Pages.Write(page)),
                    Show = outcome => progress.Interrupt(() => Draw(parts.ViewOf(outcome, time.LocalTimeZone), json)),
                    Output = screen.Raw,
                    Time = time,
                };

                // Opening the catalog, the engine or the repository takes a while on a busy machine; nobody should wonder what it does.
                progress.Report(new StepProgress("opening", 0, 0, Commands.ProgressUnit.None));
                var reply = await leaf.Spec.RunAsync(values, context, cancellationToken);
                view = parts.ViewOf(await OutcomeAsync(reply, service, progress, cancellationToken), time.LocalTimeZone);
            }
            finally
            {
                // Also when the command failed.
                DrawHealed(service);
            }
        }

        Draw(view, json);
        return view.Exit;
    }

    private void DrawHealed(IServiceHost service)
    {
        foreach (var healed in service.Healed)
        {
            screen.ErrorPages.Write(NoticePages.Of(healed));
        }
    }

    private static async Task<object> OutcomeAsync(Reply reply, IServiceHost service, ProgressDisplay progress, CancellationToken cancellationToken)
    {
        if (reply is not Change change)
        {
            return ((Answer)reply).Outcome;
        }

        var client = await service.GetAsync<OperationClient>(cancellationToken);
        var steps = new OperationSteps(progress);
        return await change.RunAsync(client, Requester.Terminal(Environment.UserName), steps, cancellationToken) switch
        {
            OperationEnd.Drawn drawn => drawn.Outcome,
            OperationEnd.Failed failed => throw new CommandFailedException(OperationPages.Of(failed.Failure, failed.Operation)),
            OperationEnd.Cancelled cancelled => throw new CommandFailedException(
                OperationPages.Cancelled(cancelled.Operation)),
            _ => throw new InvalidOperationException($"No ending {reply.GetType().Name}."),
        };
    }

    private static bool Needs(Confirm confirm, ParseResult parsed, CommandTree.Leaf leaf) => confirm switch
    {
        Confirm.Never => false,
        Confirm.Always => !parsed.GetValue(leaf.Yes!),
        _ => !parsed.GetValue(leaf.Yes!) && !leaf.IsPlanned(parsed),
    };

    private Failure? UsageProblem(CommandTree tree, ParseResult parsed, CommandTree.Leaf? leaf)
    {
        if (leaf is not null)
        {
            return parsed.Errors.Count > 0 ? Failures.Usage(Sentence(parsed.Errors[0].Message), leaf.Spec.Name) : null;
        }

        var group = tree.GroupOf(parsed);
        var unknown = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        var known = parts.Commands.All.Where(spec => spec.Group == group || group is null)
            .Select(spec => group is null ? spec.Group ?? spec.Verb : spec.Verb);
        return unknown is null
            ? Failures.Usage(group is null ? "No command was given." : $"'{group}' needs a command after it.", group)
            : Failures.UnknownCommand(unknown, group, [.. known.Distinct(StringComparer.Ordinal)]);
    }

    private static string Sentence(string message) => Words.Safe(message.EndsWith('.') ? message : message + ".");

    private ProgressStyle StyleOf(string? given) => given switch
    {
        null or "auto" => screen.ErrorsAreTerminal ? ProgressStyle.Bars : ProgressStyle.Plain,
        "plain" => ProgressStyle.Plain,
        "json" => ProgressStyle.Json,
        "none" => ProgressStyle.None,
        _ => throw new BadInputException("--progress", given, "one of auto, plain, json, none"),
    };

    /// <summary>The one place that turns any failure into words. Nothing that goes wrong leaves a stack trace for people.</summary>
    private static Failure? FailureOf(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        CommandFailedException failed => failed.Failure,
        BadInputException bad => Failures.BadInput(bad),
        OperationCanceledException when cancellationToken.IsCancellationRequested => Failures.Cancelled(),
        _ => RepositoryCommands.StorageFailures.Of(exception) ?? Described(ServiceFailure.Describe(exception), exception),
    };

    private static Failure Described(OperationFailure failure, Exception exception) =>
        failure.Code == "unexpected" ? Failures.Unexpected(exception) : OperationPages.Of(failure);

    private static View VersionView()
    {
        var build = BuildInfo.Read();
        var dto = new VersionDto(build.Version, build.Commit, build.DiscordClient, new EngineApiDto(VersionPages.EngineApi));
        return View.Of(ExitCode.Done, dto, CommonJsonContext.Default.VersionDto, () => VersionPages.Of(build));
    }

    private void Draw(Failure failure, bool json)
    {
        var dto = ErrorJson.From(failure);
        var view = View.Of(failure.Exit, dto, CommonJsonContext.Default.ErrorDto, () => FailurePages.Of(failure));
        if (json)
        {
            Draw(view, json);
        }
        else
        {
            screen.ErrorPages.Write(view.Page());
        }
    }

    private void Draw(View view, bool json)
    {
        if (ReferenceEquals(view, View.Nothing))
        {
            return;
        }

        if (json)
        {
            view.WriteJson(screen.Raw);
            screen.Raw.Write("\n"u8);
        }
        else
        {
            screen.Pages.Write(view.Page());
        }
    }
}
