namespace SnapshotBot.Storage.Backends;

/// <summary>A backend that knows how soon another program's new file stands in our lists.</summary>
internal interface IListingDelay
{
    /// <summary>Zero where a file is listed the moment it has its name.</summary>
    TimeSpan ListingDelay { get; }
}
