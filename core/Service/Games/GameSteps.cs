using System.Net.Sockets;
using System.Text;
using SnapshotBot.Engine;
using SnapshotBot.Service.Games.Clients;

namespace SnapshotBot.Service.Games;

/// <summary>Carries out a profile's steps on one container. Whatever the game does, an answer comes back within the step's deadline.</summary>
internal sealed class GameSteps(IDockerEngine engine, ContainerDetails container, GameProfile profile, TimeProvider time)
{
    private const int OutputLimit = 256 * 1024;
    private const int LongestReason = 300;
    private static readonly TimeSpan RepeatPace = TimeSpan.FromSeconds(1);

    private readonly ValueFinder _values = new(engine, container);

    /// <summary>Runs one step.</summary>
    /// <param name="step">What to do.</param>
    /// <param name="text">What stands in for <c>{text}</c>; harmless already.</param>
    /// <param name="cancellationToken">Ends the waiting; what was sent stays sent.</param>
    public async Task<StepAnswer> RunAsync(ProfileStep step, string? text, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(step.DeadlineSeconds), time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            while (true)
            {
                var answer = await OnceAsync(step, text, limited.Token);
                if (step.Repeat == ProfileRepeat.Once || answer is not StepAnswer.Failed)
                    return answer;
                await Task.Delay(RepeatPace, time, limited.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new StepAnswer.TimedOut();
        }
        catch (EngineException error)
        {
            return new StepAnswer.Failed(Short(error.Message));
        }
    }

    private async Task<StepAnswer> OnceAsync(ProfileStep step, string? text, CancellationToken cancellationToken)
    {
        if (step.AnswerIn == ProfileAnswerIn.Answer || step.Expect is null)
            return await SendAsync(step, text, null, cancellationToken);

        // Listening begins before asking: the answer may be quicker than we are.
        await using var console = await engine.Containers.OpenConsoleAsync(container.Id, cancellationToken);
        var sent = await SendAsync(step, text, console, cancellationToken);
        return sent is StepAnswer.Answered ? await ListenAsync(step, console, cancellationToken) : sent;
    }

    private async Task<StepAnswer> SendAsync(ProfileStep step, string? text, IContainerConsole? console, CancellationToken cancellationToken)
    {
        if (step.Exec is { } command)
            return await ExecAsync(step, command, text, cancellationToken);
        if (step.Rcon is { } line)
            return await RconAsync(step, Filled(line, text), cancellationToken);
        if (step.Telnet is { } typed)
            return await TelnetAsync(step, Filled(typed, text), cancellationToken);
        if (!container.TakesInput)
            return new StepAnswer.NotOffered("Its standard input is not open (stdin_open, -i).");
        if (console is not null)
        {
            await console.WriteLineAsync(Filled(step.Console!, text), cancellationToken);
            return new StepAnswer.Answered("");
        }

        await using var own = await engine.Containers.OpenConsoleAsync(container.Id, cancellationToken);
        await own.WriteLineAsync(Filled(step.Console!, text), cancellationToken);
        return new StepAnswer.Answered("");
    }

    /// <summary>What it writes is judged line by line as it comes, until something fits. Repeated steps are asked again every second.</summary>
    private async Task<StepAnswer> ListenAsync(ProfileStep step, IContainerConsole console, CancellationToken cancellationToken)
    {
        var heard = new StringBuilder();
        var expected = ProfileExpression.Of(step.Expect!);
        using var pace = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (step.Repeat == ProfileRepeat.UntilExpected)
            pace.CancelAfter(RepeatPace);
        try
        {
            while (await console.ReadAsync(pace.Token) is { } piece)
            {
                heard.Append(piece);
                if (expected.IsMatch(heard.ToString()))
                    return new StepAnswer.Answered(heard.ToString());
                if (heard.Length > OutputLimit)
                    heard.Remove(0, heard.Length - OutputLimit / 2);
            }

            return new StepAnswer.Failed("It ended.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new StepAnswer.Failed("It did not answer yet.");
        }
    }

    private async Task<StepAnswer> RconAsync(ProfileStep step, string line, CancellationToken cancellationToken)
    {
        if (profile.Rcon is not { } rcon || await _values.FindPortAsync(rcon.Port, cancellationToken) is not { } port
            || await _values.FindAsync(rcon.Password, cancellationToken) is not { } password)
            return new StepAnswer.NotOffered("It has no RCON port and password.");
        return await ReachAsync(
            port,
            address => RconClient.LogInAsync(address, password, cancellationToken),
            async client => Judge(step, await client.RunAsync(line, cancellationToken)));
    }

    private async Task<StepAnswer> TelnetAsync(ProfileStep step, string line, CancellationToken cancellationToken)
    {
        if (profile.Telnet is not { } telnet || await _values.FindPortAsync(telnet.Port, cancellationToken) is not { } port)
            return new StepAnswer.NotOffered("It has no telnet port.");
        var password = await _values.FindAsync(telnet.Password, cancellationToken);
        var expected = step.Expect is { } text ? ProfileExpression.Of(text) : null;
        return await ReachAsync(
            port,
            address => TelnetClient.LogInAsync(address, password, cancellationToken),
            async client => new StepAnswer.Answered(await client.RunAsync(line, expected, cancellationToken)));
    }

    /// <summary>Tries one address after the other until one lets us in.</summary>
    private async Task<StepAnswer> ReachAsync<T>(int port, Func<GameAddress, Task<T>> logIn, Func<T, Task<StepAnswer>> run)
        where T : IDisposable
    {
        var why = "It has no address that can be reached.";
        foreach (var address in GameAddress.Of(engine, container, port, "tcp"))
        {
            var loggedIn = false;
            try
            {
                using var client = await logIn(address);
                loggedIn = true;
                return await run(client);
            }
            catch (PasswordRefusedException error)
            {
                return new StepAnswer.Failed(error.Message);
            }
            catch (Exception error) when (error is SocketException or IOException or GameProtocolException)
            {
                why = $"{address}: {error.Message}";

                // All addresses lead to the same game, which may have done already what it did not answer.
                if (loggedIn)
                    break;
            }
        }

        return new StepAnswer.Failed(Short(why));
    }

    private async Task<StepAnswer> ExecAsync(ProfileStep step, IReadOnlyList<string> command, string? text, CancellationToken cancellationToken)
    {
        var request = new ExecRequest
        {
            Command = [.. command.Select(word => Filled(word, text))],
            User = step.User.Length > 0 ? step.User : null,
            Deadline = TimeSpan.FromSeconds(step.DeadlineSeconds),
            OutputLimit = OutputLimit,
        };
        switch (await engine.Containers.ExecAsync(container.Id, request, cancellationToken))
        {
            case ExecResult.TimedOut:
                return new StepAnswer.TimedOut();
            case ExecResult.Finished { ExitCode: 126 or 127 } missing:
                return new StepAnswer.NotOffered(Short($"{command[0]}: {missing.ErrorOutput}{missing.Output}"));
            case ExecResult.Finished { ExitCode: 0 } done:
                return step.AnswerIn == ProfileAnswerIn.Log ? new StepAnswer.Answered(done.Output) : Judge(step, done.Output);
            case ExecResult.Finished failed:
                return new StepAnswer.Failed(Short($"{command[0]} ended with exit code {failed.ExitCode}: {failed.ErrorOutput}{failed.Output}"));
            default:
                throw new InvalidOperationException("A command ended in a way nobody knows.");
        }
    }

    private static StepAnswer Judge(ProfileStep step, string answer) =>
        step.Expect is null || ProfileExpression.Of(step.Expect).IsMatch(answer)
            ? new StepAnswer.Answered(answer)
            : new StepAnswer.Failed(Short($"It answered: {answer}"));

    private static string Filled(string word, string? text) => text is null ? word : word.Replace("{text}", text, StringComparison.Ordinal);

    private static string Short(string text)
    {
        var line = GameText.Harmless(text);
        return line.Length <= LongestReason ? line : line[..LongestReason];
    }
}
