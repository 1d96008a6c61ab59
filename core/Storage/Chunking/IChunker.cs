namespace SnapshotBot.Storage.Chunking;

/// <summary>Decides where a file is cut. Without state, so one instance serves any number of threads and files.</summary>
public interface IChunker
{
    /// <summary>No chunk is longer.</summary>
    int MaximumSize { get; }

    /// <summary>
    /// The length of the chunk that begins at <paramref name="window"/>'s first byte.
    /// </summary>
    /// <param name="window">
    /// At least <see cref="MaximumSize"/> bytes of the file, or all that is left of it; never empty. What lies past the maximum
    /// does not matter to the answer, so buffers of any size give the same chunks.
    /// </param>
    /// <param name="offset">Where in the file the window begins; itself a cut.</param>
    /// <returns>1 to the smaller of the window's length and <see cref="MaximumSize"/>.</returns>
    int FindCut(ReadOnlySpan<byte> window, long offset);
}
