using Steward.Agents.Workshop;
using Steward.Sandboxing;

namespace Steward.Agents.Browsing;

/// <summary>The browser as this machine has it, and the box that it runs in.</summary>
public static class Chromium
{
    /// <summary>What to do where there is none.</summary>
    public const string Remedy = "Install it (apt-get install --no-install-recommends chromium), or name its program in Agents:Browser.";

    private const int Port = 3128;
    // A name that never has an address (RFC 2606), for what it asks of its makers all the same.
    private const string Nowhere = "chromium.invalid";

    private const string Profile = "/tmp/profile";

    // /bin/sh and the like are links; what is bound into the box is where they lead.
    private const string Shell = "/bin/sh";

    private static readonly string[] Places =
    [
        "/usr/lib/chromium/chromium", "/usr/lib64/chromium-browser/chromium-browser", "/usr/lib/chromium-browser/chromium-browser", "/opt/google/chrome/chrome",
    ];

    private static readonly string[] Fonts = ["/usr/share/fonts", "/etc/fonts"];

    // What it does by itself, towards its makers: there is no way for it, and it would fill the list of refused hosts.
    private static readonly string[] Flags =
    [
        "--headless", "--no-startup-window", "--no-first-run", "--no-default-browser-check", "--no-pings", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--disable-default-apps", "--disable-extensions", "--disable-domain-reliability", "--disable-field-trial-config", "--disable-component-extensions-with-background-pages", "--allow-browser-signin=false", "--disable-search-engine-choice-screen", "--disable-client-side-phishing-detection", "--disable-breakpad",
        "--disable-features=SpareRendererForSitePerProcess,PreloadTopChromeWebUI,OptimizationHints,OptimizationGuideModelDownloading,OptimizationGuideOnDeviceModel,NetworkTimeServiceQuerying,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,DialMediaRouteProvider,Translate,AutofillServerCommunication,CertificateTransparencyComponentUpdater,InterestFeedContentSuggestions,AsyncDns,DnsOverHttps",
        "--metrics-recording-only", "--password-store=basic", "--use-mock-keychain", "--mute-audio", "--hide-scrollbars", "--window-size=1280,800",
        // The box is the sandbox; in it Chromium could not build its own, which needs namespaces of its own.
        "--no-sandbox", "--no-zygote", "--disable-gpu", "--disable-dev-shm-usage",
        "--disable-quic", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--block-new-web-contents", "--js-flags=--max-old-space-size=256",
        $"--proxy-server=http://127.0.0.1:{Port}", $"--proxy-bypass-list=<-loopback>;{Nowhere}", $"--gaia-url=https://{Nowhere}", $"--component-updater=url-source=https://{Nowhere}/", $"--user-data-dir={Profile}", "--remote-debugging-pipe",
    ];

    /// <summary>Its program; null where there is none.</summary>
    public static string? Find(AgentsOptions options) => options.Browser.Length > 0 ? (File.Exists(options.Browser) ? options.Browser : null) : Places.FirstOrDefault(File.Exists);

    /// <summary>The box of one browser.</summary>
    /// <param name="program">Its program.</param>
    /// <param name="socket">The proxy's socket: its only way out.</param>
    /// <param name="time">How long it may live.</param>
    internal static Box Box(string program, string socket, TimeSpan time)
    {
        var shell = Real(Shell);
        // It takes commands at its third file and answers at its fourth, which .NET cannot hand over and a shell can.
        var box = AgentHostProgram.Forward(socket, Port, [shell, "-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null", "browser", Real(program), .. Flags], new SandboxLimits
        {
            Time = time, Memory = 1L << 30, Cores = 2, Processes = 1024, OpenFiles = 2048, Scratch = 256 << 20, ReservesMuch = true,
        });
        return box with { Readable = [.. box.Readable, shell, Path.GetDirectoryName(Real(program))!, .. Fonts.Where(Directory.Exists)] };
    }

    private static string Real(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
}
