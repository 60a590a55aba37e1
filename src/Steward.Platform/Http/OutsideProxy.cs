using System.Net;

namespace Steward.Platform.Http;

/// <summary>The machine's proxy, for what is outside of the machine: what listens here is never asked through it.</summary>
internal sealed class OutsideProxy(IWebProxy proxy) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => proxy.Credentials;
        set => proxy.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => proxy.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || proxy.IsBypassed(host);
}
