namespace SnapshotBot.Storage.Crypto;

/// <summary>A key file asks for a key derivation that is not valid, or for more than this program is ready to spend.</summary>
public sealed class KdfParametersException(KdfParameters parameters)
    : Exception($"The key file asks for scrypt with N={parameters.N}, r={parameters.R}, p={parameters.P}, "
        + "which is not valid or would need more than 1 GiB. Nothing was changed. The key file is damaged or not to be trusted.")
{
    /// <summary>What was asked for.</summary>
    public KdfParameters Parameters { get; } = parameters;
}
