namespace SnapshotBot.Bot.Hosting;

/// <summary>
/// What the runtime writes of an exception that nobody caught may hold anything, the token too. Until disposed, this process ends of one as it always
/// would, but what it writes is without what is secret.
/// </summary>
internal sealed class CrashText : IDisposable
{
    private readonly Func<Scrubber> _scrubber;

    /// <param name="scrubber">Asked when it comes to that, for the settings may not be readable yet.</param>
    public CrashText(Func<Scrubber> scrubber)
    {
        _scrubber = scrubber;
        AppDomain.CurrentDomain.UnhandledException += Tell;
    }

    public void Dispose() => AppDomain.CurrentDomain.UnhandledException -= Tell;

    private void Tell(object sender, UnhandledExceptionEventArgs crash)
    {
        string text;
        try
        {
            text = _scrubber().Scrub(crash.ExceptionObject.ToString() ?? "");
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            // What is secret is not known: then only what it was is written.
            text = crash.ExceptionObject.GetType().FullName ?? "";
        }

        // The runtime, which would write it as it is, does not come to it.
        Environment.FailFast("Unhandled exception. " + text);
    }
}
