using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Chunking;
using SnapshotBot.Storage.Crypto;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Repositories;

/// <summary>The password opens none of the repository's keys. Nothing is damaged.</summary>
/// <remarks>The inner exception, if any, is a key file that is damaged: the password may be that key's.</remarks>
public sealed class WrongPasswordException(string location, RepositoryDamagedException? damagedKey = null)
    : Exception(
        $"The password does not open the repository at {location}. Nothing was changed."
        + (damagedKey is null ? "" : $" It may be the password of another key, which can't be read: {damagedKey.Message}"),
        damagedKey);

/// <summary>The repository is of a format this program does not know.</summary>
public sealed class UnknownRepositoryVersionException(int version)
    : Exception($"The repository has format version {version}; this program knows versions 1 and 2. Nothing was changed.")
{
    public int Version { get; } = version;
}

/// <summary>Makes repositories, opens them, and adds keys.</summary>
public sealed class RepositoryOpener(TimeProvider time)
{
    private const long MaxKeyFile = 1 << 20;

    /// <summary>Makes a repository with one key for the password. Takes the backend over.</summary>
    public Task<OpenRepository> CreateAsync(IBackend backend, string password, CancellationToken cancellationToken) =>
        CreateAsync(backend, password, ChunkerPolynomial.Random().ToString(), cancellationToken);

    /// <summary>Makes a repository that cuts files as another does, so that what both hold is cut into the same pieces. Takes the backend over.</summary>
    public Task<OpenRepository> CreateLikeAsync(IBackend backend, string password, OpenRepository model, CancellationToken cancellationToken) =>
        CreateAsync(backend, password, model.Config.ChunkerPolynomial, cancellationToken);

    private async Task<OpenRepository> CreateAsync(IBackend backend, string password, string polynomial, CancellationToken cancellationToken)
    {
        await backend.CreateAsync(cancellationToken);
        var config = new RepositoryConfig
        {
            Version = RepositoryConfig.NewestVersion,
            Id = ObjectId.Random().ToString(),
            ChunkerPolynomial = polynomial,
        };
        var repository = new OpenRepository(backend, MasterKey.Generate(), config);
        await AddKeyAsync(repository, password, cancellationToken);

        // The config makes it a repository: written last, a kill before leaves a place that says "no repository here".
        await repository.Files.SaveJsonAsync(FileKind.Config, config, FormatJson.Default.RepositoryConfig, cancellationToken);
        return repository;
    }

    /// <summary>Opens a repository. Takes the backend over when it succeeds.</summary>
    /// <exception cref="WrongPasswordException">No key opens with this password.</exception>
    /// <exception cref="RepositoryDamagedException">No key file is readable, or the config is damaged.</exception>
    /// <exception cref="BackendException">There is no repository, or it can't be reached.</exception>
    public async Task<OpenRepository> OpenAsync(IBackend backend, string password, CancellationToken cancellationToken)
    {
        if (await backend.SizeAsync(RepositoryFile.Config, cancellationToken) is null)
        {
            throw new BackendException(BackendFailure.NotFound, RepositoryFile.Config, $"There is no repository at {backend.Location}.");
        }

        var key = await FindKeyAsync(backend, password, cancellationToken);
        var assumed = new RepositoryConfig { Version = RepositoryConfig.NewestVersion, Id = "", ChunkerPolynomial = "" };
        var config = await new UnpackedFiles(backend, key, assumed).LoadJsonAsync(RepositoryFile.Config, FormatJson.Default.RepositoryConfig, cancellationToken);
        if (config.Version is < 1 or > RepositoryConfig.NewestVersion)
        {
            throw new UnknownRepositoryVersionException(config.Version);
        }

        return new OpenRepository(backend, key, config);
    }

    /// <summary>Adds a key, so that one more password opens the repository.</summary>
    public async Task<ObjectId> AddKeyAsync(OpenRepository repository, string password, CancellationToken cancellationToken)
    {
        var parameters = KdfParameters.Default;
        var salt = Kdf.NewSalt();
        using var derived = Kdf.Derive(password, salt, parameters);
        var inner = MasterKeyFile.From(repository.Key);
        var plain = JsonSerializer.SerializeToUtf8Bytes(inner, FormatJson.Default.MasterKeyFile);
        var data = new byte[plain.Length + MasterKey.Overhead];
        derived.Seal(plain, data);
        CryptographicOperations.ZeroMemory(plain);
        var file = new KeyFile
        {
            Created = time.GetUtcNow(),
            Username = Environment.UserName,
            Hostname = Environment.MachineName,
            Kdf = "scrypt",
            N = parameters.N,
            R = parameters.R,
            P = parameters.P,
            Salt = salt,
            Data = data,
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(file, FormatJson.Default.KeyFile);
        var id = ObjectId.Hash(json);
        await repository.Backend.SaveAsync(new RepositoryFile(FileKind.Key, id), json, cancellationToken);
        return id;
    }

    private static async Task<MasterKey> FindKeyAsync(IBackend backend, string password, CancellationToken cancellationToken)
    {
        var config = await backend.ReadAllAsync(RepositoryFile.Config, MaxKeyFile, cancellationToken);
        RepositoryDamagedException? damage = null;
        MasterKey? stale = null;
        var readable = 0;
        await foreach (var info in backend.ListAsync(FileKind.Key, cancellationToken))
        {
            var file = new RepositoryFile(FileKind.Key, info.Id);
            try
            {
                var json = await backend.ReadAllAsync(file, MaxKeyFile, cancellationToken);
                if (TryUnlock(file, json, password) is not { } key)
                {
                    readable++;
                }
                else if (key.TryOpen(config.ToArray().AsSpan(), out _))
                {
                    stale?.Dispose();
                    return key;
                }
                else
                {
                    // Left by a making that was killed and begun again; or the config is damaged, which is told when no key opens it.
                    stale?.Dispose();
                    stale = key;
                }
            }
            catch (BackendException e) when (e.Failure == BackendFailure.NotFound)
            {
                // Removed by another program between our listing and our reading.
            }
            catch (Exception e) when (e is JsonException or ArgumentException or InvalidDataException or KdfParametersException
                or BackendException { Failure: BackendFailure.WrongSize })
            {
                damage = new RepositoryDamagedException($"Key {info.Id.ToShortString()} is damaged: {e.Message}", file, inner: e);
            }
        }

        if (stale is not null)
        {
            return stale;
        }

        throw damage is not null && readable == 0 ? damage
            : readable > 0 ? new WrongPasswordException(backend.Location, damage)
            : new RepositoryDamagedException("The repository has no key file; without one nothing in it can be read. Put a copy of its keys folder back.");
    }

    private static MasterKey? TryUnlock(RepositoryFile name, byte[] json, string password)
    {
        var file = JsonSerializer.Deserialize(json, FormatJson.Default.KeyFile) ?? throw new InvalidDataException("it is empty");

        // A flipped byte in salt or seal would look like a wrong password: the file's name tells them apart.
        if (ObjectId.Hash(json) != name.Id)
        {
            throw new InvalidDataException("its content is not what its name promises");
        }

        if (file.Kdf != "scrypt")
        {
            throw new InvalidDataException($"its key derivation \"{Encoding.ASCII.GetString(Encoding.ASCII.GetBytes(file.Kdf))}\" is unknown");
        }

        if (file.Salt is null || file.Data is not { Length: > MasterKey.Overhead })
        {
            throw new InvalidDataException("it is not complete");
        }

        using var derived = Kdf.Derive(password, file.Salt, new KdfParameters(file.N, file.R, file.P));
        if (!derived.TryOpen(file.Data.AsSpan(), out var plain))
        {
            return null;
        }

        try
        {
            var master = JsonSerializer.Deserialize(plain, FormatJson.Default.MasterKeyFile);
            return master?.Mac is { } mac ? MasterKey.FromParts(master.Encrypt, mac.K, mac.R) : throw new InvalidDataException("it holds no key");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }
}
