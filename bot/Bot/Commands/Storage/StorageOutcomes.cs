using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Commands.Storage;

/// <param name="Picture">The file a picture of the growth was written to, or null.</param>
internal sealed record StorageShown(StorageInfo Storage, string? Picture);
