// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
)

// conditionType is one type of condition values.
type conditionType struct {
	// normal is the one form of all spellings of a value. What it cannot read it leaves alone, so that such a value equals
	// nothing but itself.
	normal func(string) string
	// valid reports whether IAM takes the value; nil means that it takes any.
	valid func(string) bool
	// form completes "must be …".
	form string
}

var (
	anyText     = &conditionType{normal: normalText}
	foldedText  = &conditionType{normal: lower}
	textPattern = &conditionType{normal: normalPattern}
	boolean     = &conditionType{normal: normalBool, valid: isBool, form: "true or false"}
	number      = &conditionType{normal: normalNumber, valid: numberText.MatchString, form: "a number such as 3600"}
	date        = &conditionType{
		normal: normalDate, valid: isDate, form: "a date such as 2026-01-31T00:00:00Z, or seconds since 1970",
	}
	addresses = &conditionType{
		normal: normalAddress, valid: isAddresses, form: "an IP address or a range of them, such as 203.0.113.0/24",
	}
)

var (
	numberText = lazyregexp.New(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)
	epochText  = lazyregexp.New(`^[0-9]+(\.[0-9]+)?$`)
)

func isBool(value string) bool {
	folded := lower(value)
	return folded == "true" || folded == "false"
}

// isDate takes every precision of ISO 8601 and seconds since 1970.
func isDate(value string) bool {
	if epochText.MatchString(value) {
		return true
	}
	return slices.ContainsFunc(append([]string{"2006", "2006-01"}, dateForms[:]...), func(form string) bool {
		_, err := time.Parse(form, value)
		return err == nil
	})
}

func isAddresses(value string) bool {
	_, ok := parseAddresses(value)
	return ok
}

// normalText is for operators that compare text as it stands.
func normalText(value string) string { return value }

// normalBool folds the case of the two booleans.
func normalBool(value string) string {
	if isBool(value) {
		return lower(value)
	}
	return value
}

// maxExponentDigits bounds the exponents that are read as numbers.
const maxExponentDigits = 6

// normalNumber writes a decimal number without sign of plus, exponent and needless zeros. It is exact: numbers are
// equal only when all their digits are. Very large and small ones keep an exponent.
func normalNumber(value string) string {
	mantissa, exponent, ok := parseExponent(value)
	if !ok {
		return value
	}
	sign := ""
	switch {
	case strings.HasPrefix(mantissa, "-"):
		sign, mantissa = "-", mantissa[1:]
	case strings.HasPrefix(mantissa, "+"):
		mantissa = mantissa[1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return value
	}
	exponent -= len(fraction)
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		return "0"
	}
	short := strings.TrimRight(digits, "0")
	return sign + decimal(short, exponent+len(digits)-len(short))
}

// parseExponent takes a number apart at its exponent, 0 for none.
func parseExponent(value string) (mantissa string, exponent int, ok bool) {
	at := strings.IndexAny(value, "eE")
	if at < 0 {
		return value, 0, true
	}
	if len(value)-at-1 > maxExponentDigits {
		return "", 0, false
	}
	exponent, err := strconv.Atoi(value[at+1:])
	return value[:at], exponent, err == nil
}

// maxPlainZeros bounds the zeros that a number is written out with.
const maxPlainZeros = 40

// decimal writes digits times ten to the power of exponent.
func decimal(digits string, exponent int) string {
	switch point := len(digits) + exponent; {
	case exponent > maxPlainZeros || point < -maxPlainZeros:
		return digits + "e" + strconv.Itoa(exponent)
	case exponent >= 0:
		return digits + strings.Repeat("0", exponent)
	case point > 0:
		return digits[:point] + "." + digits[point:]
	default:
		return "0." + strings.Repeat("0", -point) + digits
	}
}

// dateForms are those of ISO 8601 that name a moment.
var dateForms = [...]string{"2006-01-02", "2006-01-02T15:04Z07:00", time.RFC3339}

// normalDate writes a moment, given in ISO 8601 or in seconds since 1970, in universal time. A year or a month alone is
// left as it is, and so is a number of up to four digits, which may be either.
func normalDate(value string) string {
	const minEpoch, maxEpoch, maxFraction = 5, 11, 9
	if len(value) >= minEpoch && len(value) <= maxEpoch && strings.Trim(value, "0123456789") == "" {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err == nil {
			return time.Unix(seconds, 0).UTC().Format(time.RFC3339Nano)
		}
	}
	_, fraction, _ := strings.Cut(value, ".")
	if digits := strings.TrimLeft(fraction, "0123456789"); len(fraction)-len(digits) > maxFraction ||
		strings.Contains(value, ",") {
		return value
	}
	for _, form := range dateForms {
		if moment, err := time.Parse(form, value); err == nil {
			return moment.UTC().Format(time.RFC3339Nano)
		}
	}
	return value
}

// parseAddresses reads an address, or a range of addresses in CIDR notation.
func parseAddresses(value string) (netip.Prefix, bool) {
	if address, err := netip.ParseAddr(value); err == nil && address.Zone() == "" {
		return netip.PrefixFrom(address, address.BitLen()), true
	}
	prefix, err := netip.ParsePrefix(value)
	return prefix.Masked(), err == nil
}

// normalAddress writes a range of addresses in its shortest form, a single address without a length.
func normalAddress(value string) string {
	prefix, ok := parseAddresses(value)
	switch {
	case !ok:
		return value
	case prefix.IsSingleIP():
		return prefix.Addr().String()
	}
	return prefix.String()
}

// normalPattern writes each run of wildcards as its question marks and at most one asterisk, which match the same. What
// stands in a policy variable is left alone.
func normalPattern(pattern string) string {
	if !strings.Contains(pattern, "**") && !strings.Contains(pattern, "*?") {
		return pattern
	}
	var out strings.Builder
	for pattern != "" {
		switch plain := strings.IndexAny(pattern, "*?$"); {
		case plain < 0:
			plain = len(pattern)
			fallthrough
		case plain > 0:
			out.WriteString(pattern[:plain])
			pattern = pattern[plain:]
		case strings.HasPrefix(pattern, "${"):
			end := strings.IndexByte(pattern, '}') + 1
			if end == 0 {
				end = len(pattern)
			}
			out.WriteString(pattern[:end])
			pattern = pattern[end:]
		case pattern[0] == '$':
			out.WriteByte('$')
			pattern = pattern[1:]
		default:
			rest := strings.TrimLeft(pattern, "*?")
			run := pattern[:len(pattern)-len(rest)]
			marks := strings.Count(run, "?")
			out.WriteString(strings.Repeat("?", marks))
			if marks < len(run) {
				out.WriteByte('*')
			}
			pattern = rest
		}
	}
	return out.String()
}
