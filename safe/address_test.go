package safe

import (
	"net/netip"
	"testing"
)

func TestWhatMayNotBeReached(t *testing.T) {
	tests := []struct {
		addr               string
		linkLocal, private bool
	}{
		{"169.254.169.254", true, true}, {"169.254.0.1", true, true}, {"::ffff:169.254.169.254", true, true},
		{"64:ff9b::a9fe:a9fe", true, true}, {"2002:a9fe:a9fe::", true, true},
		{"fe80::1", true, true}, {"fe80::1%eth0", true, true}, {"febf::1", true, true}, {"ff02::1", true, true},
		{"fd00:ec2::254", true, true}, {"100.100.100.200", true, true}, {"168.63.129.16", true, true}, {"::ffff:168.63.129.16", true, true},
		{"127.0.0.1", false, true}, {"10.1.2.3", false, true}, {"172.31.0.1", false, true}, {"192.168.0.1", false, true},
		{"100.64.0.1", false, true}, {"0.0.0.0", false, true}, {"::1", false, true}, {"::", false, true}, {"fd00::1", false, true},
		{"::ffff:10.0.0.1", false, true}, {"64:ff9b::a00:1", false, true},
		{"192.0.2.1", false, false}, {"2001:db8::1", false, false}, {"169.253.255.255", false, false}, {"168.63.129.17", false, false},
		{"172.32.0.1", false, false}, {"fec0::1", false, false}, {"64:ff9b::c000:201", false, false},
	}
	for _, tt := range tests {
		a := netip.MustParseAddr(tt.addr)
		if got := LinkLocal(a); got != tt.linkLocal {
			t.Errorf("%s is link-local: %v", a, got)
		}
		if got := Private(a); got != tt.private {
			t.Errorf("%s is private: %v", a, got)
		}
	}
}
