# SnapshotBot as a container. It reads volumes and container layers where they lie, so it needs more than most: compose.yaml says what and why.
#
# Both base images can be others, for a machine that pulls from a mirror or from nowhere: --build-arg SDK=... --build-arg RUNTIME=...
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME=mcr.microsoft.com/dotnet/aspnet:10.0

FROM ${SDK} AS build
# Discord.Net is taken where it can be restored (DISCORD_NET_SOURCE names one more feed), else our own client; --version says which.
ARG DISCORD_NET_SOURCE=
WORKDIR /src
COPY . .
# What links the program of the repository commands; without it the whole program answers them.
RUN command -v gcc >/dev/null || { apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev; } || true
RUN if dotnet restore bot/ChatDiscordNet/SnapshotBot.ChatDiscordNet.csproj -v q --nologo -p:UseDiscordNet=true >/dev/null 2>&1; then net=true; else net=false; fi \
 && dotnet publish bot/Bot/SnapshotBot.csproj -c Release -o /app -v q --nologo -p:RunAnalyzers=false -p:UseDiscordNet=$net \
 && { tools/repository-program.sh /app -p:IlcInstructionSet= || true; } \
 && /app/snapshotbot --version

FROM ${RUNTIME}
COPY --from=build /app /app
# Schedules are kept in the guild's zone: without zones there is only UTC. Most base images bring them.
RUN [ -e /usr/share/zoneinfo/Europe/Berlin ] \
 || { apt-get update && apt-get install -y --no-install-recommends tzdata && rm -rf /var/lib/apt/lists/*; }
RUN ln -s /app/snapshotbot /usr/local/bin/snapshotbot && mkdir -m 700 /data
ENV SNAPSHOTBOT_DATA=/data \
    SNAPSHOTBOT_HOST_ROOT=/host \
    SNAPSHOTBOT_HEALTH=127.0.0.1:8078 \
    MALLOC_ARENA_MAX=2 \
    DOTNET_gcServer=0 \
    DOTNET_EnableDiagnostics=0
VOLUME /data
WORKDIR /data
# Root inside: volumes belong to whoever the games run as. What root may do is cut down to six capabilities in compose.yaml.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["snapshotbot", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["snapshotbot"]
CMD ["serve"]
