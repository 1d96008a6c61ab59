using System.Runtime.CompilerServices;
using System.Text.Json;
using Docker.DotNet.Models;
using SnapshotBot.Engine.Transport;

namespace SnapshotBot.Engine;

internal sealed class DockerImages(EngineChannel channel) : IImages
{
    // containerd's image store answers 404 to a list while one of its images is being removed.
    private const int MostListings = 5;

    public async Task<IReadOnlyList<ImageSummary>> ListAsync(CancellationToken cancellationToken)
    {
        var subject = new CallSubject("list its images", EngineNoun.Image, string.Empty);
        var json = await GetListAsync(subject, cancellationToken);
        return Answer.Read(json, subject, root => root.EnumerateArray().Select(ImageReader.ReadSummary).ToList());
    }

    public async Task<ImageSummary?> FindAsync(string reference, CancellationToken cancellationToken)
    {
        var all = await ListAsync(cancellationToken);
        if (ImageId.TryParse(reference, out var id))
        {
            return all.FirstOrDefault(image => image.Id == id);
        }

        var tag = ImageTag.TryParse(reference, out var parsed) ? parsed.ToString() : reference;
        return all.FirstOrDefault(image => image.Tags.Contains(tag, StringComparer.Ordinal) || image.Digests.Contains(reference, StringComparer.Ordinal));
    }

    public async Task<ImageDetails> InspectAsync(ImageId id, CancellationToken cancellationToken)
    {
        var subject = Subject("describe image", id);
        var json = await channel.GetAsync($"/images/{id.Reference}/json", subject, cancellationToken);
        return Answer.Read(json, subject, root => ImageReader.Read(root, json));
    }

    public async Task<IReadOnlyList<ImageHistoryEntry>> ReadHistoryAsync(ImageId id, CancellationToken cancellationToken)
    {
        var subject = Subject("tell the history of image", id);
        var json = await channel.GetAsync($"/images/{id.Reference}/history", subject, cancellationToken);
        return Answer.Read(json, subject, root => root.EnumerateArray().Select(ImageReader.ReadHistory).ToList());
    }

    public async Task<Stream> SaveAsync(ImageId id, CancellationToken cancellationToken)
    {
        var subject = Subject("save image", id);
        var stream = await channel.OpenAsync($"/images/{id.Reference}/get", subject, cancellationToken);
        return new EngineStream(stream, channel.Errors, subject);
    }

    public async IAsyncEnumerable<ImageArchiveEntry> ReadArchiveAsync(
        ImageId id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var archive = await SaveAsync(id, cancellationToken);
        await foreach (var entry in ImageArchiveReader.ReadAsync(archive, cancellationToken))
        {
            yield return entry;
        }
    }

    public async Task<IReadOnlyList<string>> LoadAsync(IAsyncEnumerable<ImageArchiveFile> files, CancellationToken cancellationToken)
    {
        using var content = new ImageArchiveContent(files);
        return await LoadAsync(content, () => content.Failure, cancellationToken);
    }

    public async Task<IReadOnlyList<string>> LoadAsync(Stream archive, CancellationToken cancellationToken)
    {
        using var content = new UnownedStreamContent(archive);
        return await LoadAsync(content, () => content.Failure, cancellationToken);
    }

    public async Task<ImageId> ImportAsync(Stream rootTar, ImageTag tag, IReadOnlyList<string> changes, CancellationToken cancellationToken)
    {
        var subject = new CallSubject($"import image {tag}", EngineNoun.Image, tag.ToString());
        var path = $"/images/create?fromSrc=-&repo={Uri.EscapeDataString(tag.Repository)}&tag={Uri.EscapeDataString(tag.Tag)}"
            + string.Concat(changes.Select(change => "&changes=" + Uri.EscapeDataString(change)));
        using var content = new UnownedStreamContent(rootTar);
        var messages = await SendAsync(path, content, () => content.Failure, subject, cancellationToken);
        foreach (var message in messages)
        {
            if (ImageId.TryParse(message.Trim(), out var id))
            {
                return id;
            }
        }

        throw EngineErrors.Unreadable(subject, new FormatException("The engine named no image."));
    }

    public Task TagAsync(ImageId id, ImageTag tag, CancellationToken cancellationToken) => channel.RunAsync(
        Subject("tag image", id),
        token => channel.Client.Images.TagImageAsync(
            id.Reference, new ImageTagParameters { RepositoryName = tag.Repository, Tag = tag.Tag }, token),
        cancellationToken);

    public Task UntagAsync(ImageTag tag, CancellationToken cancellationToken) => channel.RunAsync(
        new CallSubject($"take away tag {tag}", EngineNoun.Image, tag.ToString()),
        channel.LongAnswerTimeout,
        token => channel.Client.Images.DeleteImageAsync(tag.ToString(), new ImageDeleteParameters(), token),
        cancellationToken);

    public Task RemoveAsync(ImageId id, CancellationToken cancellationToken) => channel.RunAsync(
        Subject("remove image", id),
        channel.LongAnswerTimeout,
        token => channel.Client.Images.DeleteImageAsync(id.Reference, new ImageDeleteParameters(), token),
        cancellationToken);

    public Task<ImageId> CommitAsync(ContainerId id, ImageTag tag, string comment, CancellationToken cancellationToken)
    {
        var subject = DockerContainers.Subject("make an image from container", id);
        var path = $"/commit?container={id.Value}&repo={Uri.EscapeDataString(tag.Repository)}&tag={Uri.EscapeDataString(tag.Tag)}"
            + $"&comment={Uri.EscapeDataString(comment)}&pause=1";
        return channel.RunAsync(
            subject,
            Timeout.InfiniteTimeSpan,
            async token =>
            {
                var json = await channel.PostLongAsync(path, subject, token);
                return Answer.Read(json, subject, root => ImageId.Parse(root.Text("Id")));
            },
            cancellationToken);
    }

    private async Task<byte[]> GetListAsync(CallSubject subject, CancellationToken cancellationToken)
    {
        for (var listing = 1; ; listing++)
        {
            try
            {
                return await channel.GetAsync("/images/json", subject, cancellationToken);
            }
            catch (EngineNotFoundException) when (listing < MostListings)
            {
                // What was being removed is gone by the next time it is asked, or the one after.
            }
        }
    }

    private static CallSubject Subject(string doing, ImageId id) => new($"{doing} {id.ToShortString()}", EngineNoun.Image, id.ToShortString());

    private async Task<IReadOnlyList<string>> LoadAsync(HttpContent content, Func<Exception?> failure, CancellationToken cancellationToken)
    {
        const string loadedPrefix = "Loaded image";
        var subject = new CallSubject("load an image", EngineNoun.Image, string.Empty);
        var messages = await SendAsync("/images/load?quiet=1", content, failure, subject, cancellationToken);
        return
        [
            .. messages.SelectMany(message => message.Split('\n'))
                .Where(line => line.StartsWith(loadedPrefix, StringComparison.Ordinal))
                .Select(line => line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..].Trim()),
        ];
    }

    private async Task<List<string>> SendAsync(
        string path, HttpContent content, Func<Exception?> failure, CallSubject subject, CancellationToken cancellationToken)
    {
        byte[] answer;
        try
        {
            answer = await channel.PostAsync(path, content, subject, cancellationToken);
        }
        catch (EngineException) when (failure() is { } own)
        {
            // What broke was the content we were given, not the engine: that is the error to tell.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(own);
            throw;
        }

        return ReadMessages(answer, subject);
    }

    /// <summary>Reads the lines of progress; a failure is one of them, under a status of success.</summary>
    private List<string> ReadMessages(byte[] answer, CallSubject subject)
    {
        var messages = new List<string>();
        var reader = new Utf8JsonReader(answer, new JsonReaderOptions { AllowMultipleValues = true });
        try
        {
            while (reader.Read())
            {
                using var document = JsonDocument.ParseValue(ref reader);
                if (document.RootElement.Text("error") is { Length: > 0 } error)
                {
                    throw channel.Errors.FromAnswer(500, error, subject, null);
                }

                messages.Add(document.RootElement.Text("stream") + document.RootElement.Text("status"));
            }
        }
        catch (JsonException error)
        {
            throw EngineErrors.Unreadable(subject, error);
        }

        return messages;
    }
}
