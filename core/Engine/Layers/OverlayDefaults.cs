namespace SnapshotBot.Engine;

/// <summary>What the kernel's overlay does where a mount says nothing: its mounts show only what differs from this.</summary>
internal sealed record OverlayDefaults(bool MetaCopy, bool Redirects)
{
    public static async Task<OverlayDefaults> ReadAsync(string hostRoot, CancellationToken cancellationToken) => new(
        await IsOnAsync(hostRoot, "metacopy", cancellationToken),
        await IsOnAsync(hostRoot, "redirect_dir", cancellationToken));

    private static async Task<bool> IsOnAsync(string hostRoot, string parameter, CancellationToken cancellationToken)
    {
        try
        {
            var text = await ProcFile.ReadAsync($"{hostRoot}/sys/module/overlay/parameters/{parameter}", cancellationToken);
            return text.StartsWith('Y');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A kernel without the parameter does not have the feature.
            return false;
        }
    }
}
